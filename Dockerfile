FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY idl/package.json idl/
COPY gateway/package.json gateway/
COPY web/package.json web/
COPY packages/embedded-store/package.json packages/embedded-store/
COPY packages/mongo-connection/package.json packages/mongo-connection/
COPY packages/nestjs-thrift/package.json packages/nestjs-thrift/
COPY packages/nestjs-thrift/bin packages/nestjs-thrift/bin
COPY packages/nestjs-thrift-explorer/package.json packages/nestjs-thrift-explorer/
COPY packages/service/package.json packages/service/
COPY packages/testing/package.json packages/testing/
RUN npm ci --no-audit --no-fund
COPY tsconfig.base.json tsconfig.build.json ./
COPY scripts scripts
COPY idl idl
COPY packages packages
COPY src src
RUN node scripts/bootstrap.mjs tsconfig.build.json explorer && chmod +x dist/bootstrap/tasks.js
RUN npm ci --omit=dev --no-audit --no-fund --include-workspace-root \
    -w nestjs-thrift -w nestjs-thrift-explorer -w @tasks/idl -w @tasks/service -w @tasks/embedded-store -w @tasks/mongo-connection \
  && rm -rf node_modules/@photostructure/sqlite/src node_modules/@photostructure/sqlite/prebuilds/[dw]*

FROM node:24.21.0-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/idl idl
COPY --from=build /app/dist dist
COPY package.json ./
RUN mkdir /data && chown 1000:1000 /data && ln -s /app/dist/bootstrap/tasks.js /usr/local/bin/tasks
USER 1000:1000
VOLUME /data
EXPOSE 6001 6002
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["tasks", "check"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
