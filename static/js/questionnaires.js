// The builder: what a condition can look for follows the question that is chosen.

for (const button of document.querySelectorAll("[data-refresh-button]")) button.hidden = true;

document.addEventListener("change", (event) => {
  const select = event.target.closest("select[data-refresh]");
  if (!select) return;
  const row = select.closest(".rows__row");
  const button = row && row.querySelector("[data-refresh-button]");
  if (button) select.form.requestSubmit(button);
});
