// The focus of a picture: a press on it fills the two numbers, and marks and crops follow while they change.
// Without a script the numbers alone do the same; what is saved is the same.

const box = document.querySelector("[data-focus]");
const picture = box?.querySelector("[data-focus-picture]");
const [x, y] = ["focus_x", "focus_y"].map((name) => box?.querySelector(`input[name="${name}"]`));

if (picture && x && y) {
  const moved = document.querySelectorAll("[data-focus-picture], .crops img");
  const show = () => {
    for (const [input, name] of [[x, "--focus-x"], [y, "--focus-y"]]) {
      // Cleared while it is typed anew: the middle.
      const value = input.value.trim() === "" ? 50 : Number(input.value);
      if (!(value >= 0 && value <= 100)) continue;
      // In the steps in which pages cut (kit/pictures.py, focus_step).
      for (const one of moved) one.style.setProperty(name, `${Math.round(value / 5) * 5}%`);
    }
  };
  picture.addEventListener("click", (event) => {
    const place = picture.getBoundingClientRect();
    const share = (at, from, size) =>
      String(Math.min(Math.max(Math.round(((at - from) / size) * 20) * 5, 0), 100));
    x.value = share(event.clientX, place.left, place.width);
    y.value = share(event.clientY, place.top, place.height);
    show();
  });
  x.addEventListener("input", show);
  y.addEventListener("input", show);
  picture.dataset.focusReady = "";
  const help = box.querySelector("[data-focus-help]");
  if (help) help.hidden = false;
  show();
}
