# Two stages: what builds the environment stays behind.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.12-slim
LABEL org.opencontainers.image.title="Kring" org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    KRING_HOST=0.0.0.0 KRING_PORT=8000 KRING_DATA=/data KRING_KEYRING=/keyring
# Names on certificates are set in the script they are written in.
RUN apt-get update -q && apt-get install -y -q --no-install-recommends fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
# The two places that may be written; keys never lie beside the data or in its backups.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin kring \
 && install -d -o kring -g kring -m 0700 /data /keyring
WORKDIR /app
COPY --from=build /venv /venv
COPY LICENSE ./
COPY rooms rooms
COPY server server
COPY static static
COPY templates templates
RUN python -m compileall -q rooms server \
 && env -u PYTHONDONTWRITEBYTECODE python -c "from server.app import compile_pages; compile_pages()"
USER kring
VOLUME ["/data", "/keyring"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['KRING_PORT'] + '/healthz', timeout=2)"]
CMD ["python", "-m", "server"]
