# Tsumugi in a container: `docker build --tag tsumugi .`, then `docker run --publish 8000:8000 --env-file city.env tsumugi`.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app

COPY requirements.lock ./
RUN python -m pip install --quiet --require-hashes --requirement requirements.lock

COPY pyproject.toml LICENSE ./
COPY models models
COPY rules rules
COPY auth auth
COPY resolvers resolvers
COPY schema schema
COPY engine engine
COPY migrations migrations
COPY tsumugi tsumugi
RUN python -m pip install --quiet --no-deps --no-build-isolation --editable . && python -m compileall -q .
RUN mkdir -m 1777 data

ENV TSUMUGI_ENV=production TSUMUGI_HOST=0.0.0.0 TSUMUGI_PORT=8000 TSUMUGI_DATA=/app/data
USER 10001:10001
VOLUME /app/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['TSUMUGI_PORT'] + '/healthz', timeout=2)"]
CMD ["tsumugi", "serve"]
