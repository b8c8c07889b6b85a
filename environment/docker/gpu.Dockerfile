# Tumorlab with the native engine on an NVIDIA GPU. From the root of the project:
#   docker build -f environment/docker/gpu.Dockerfile -t tumorlab-gpu .
#   docker run --rm --init --gpus all -p 127.0.0.1:8888:8888 tumorlab-gpu
FROM node:22.16.0-bookworm-slim AS node

# The native engine is linked with CUDA 11 and cuDNN 8; images of CUDA 12 do not have what it loads. It runs on Node
# 20 and 22, not on 24.
FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04

COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && apt-get update && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 1000 --shell /bin/bash node

WORKDIR /home/node/tumorlab
RUN chown node:node /home/node/tumorlab
USER node

# Install scripts run here: one of them fetches the native engine. Where that can't be reached, the portable engines
# remain, and `npm run check` says so.
COPY --chown=node:node package.json package-lock.json .npmrc ./
COPY --chown=node:node src/package.json src/
COPY --chown=node:node environment/lab/package.json environment/lab/
RUN npm ci && npm cache clean --force

COPY --chown=node:node . .
RUN node environment/bootstrap/run.mjs build

EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "environment/docker/health.mjs", "8888"]
CMD ["node", "environment/bootstrap/run.mjs", "start", "--no-browser", "--host", "0.0.0.0", "--port", "8888"]
