# The site, its worker and its beat from one image: docs/operations.md says how to run the three.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /srv/venv
COPY requirements.lock /srv/
RUN /srv/venv/bin/pip install --require-hashes -r /srv/requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/srv/media
RUN useradd --system --home-dir /srv/app museumhub && install -d -o museumhub /srv/app /srv/app/var /srv/media
COPY --from=build /srv/venv /srv/venv
WORKDIR /srv/app
COPY manage.py LICENSE ./
COPY static static
COPY templates templates
COPY frameworks frameworks
COPY programmes programmes
COPY museumhub museumhub
# Static files are part of the image; the values here only let the settings load.
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(60))') SITE_URL=https://build.example \
    EMAIL_URL=mailbox: python manage.py collectstatic --no-input --verbosity 0 && chown -R museumhub var
USER museumhub
VOLUME /srv/media
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "-c", "python:museumhub.gunicorn_conf", "--bind", "0.0.0.0:8000", "museumhub.wsgi"]
