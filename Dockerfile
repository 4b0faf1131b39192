FROM node:24.15.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY scripts scripts
COPY idl idl
COPY src src
RUN npm run build && chmod +x dist/interface/cli/main.js
RUN npm prune --omit=dev --no-audit --no-fund

FROM node:24.15.0-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY idl idl
RUN mkdir /data && chown 1000:1000 /data && ln -s /app/dist/interface/cli/main.js /usr/local/bin/tasks
USER 1000:1000
VOLUME /data
EXPOSE 6001 6002
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["tasks", "check"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
