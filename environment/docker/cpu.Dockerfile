# Tumorlab on any machine with Docker. From the root of the project:
#   docker build -f environment/docker/cpu.Dockerfile -t tumorlab .
#   docker run --rm --init -p 127.0.0.1:8888:8888 tumorlab
FROM node:22.16.0-bookworm-slim

WORKDIR /home/node/tumorlab
RUN chown node:node /home/node/tumorlab
USER node

# The packages first: this layer is made anew only when they change. No package needs its install script here; the
# one that has one of weight would fetch the native GPU engine, which this image has no use for.
COPY --chown=node:node package.json package-lock.json .npmrc ./
COPY --chown=node:node src/package.json src/
COPY --chown=node:node environment/lab/package.json environment/lab/
RUN npm ci --ignore-scripts && npm cache clean --force

COPY --chown=node:node . .
RUN node environment/bootstrap/run.mjs build

EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "environment/docker/health.mjs", "8888"]
CMD ["node", "environment/bootstrap/run.mjs", "start", "--no-browser", "--host", "0.0.0.0", "--port", "8888"]
