#!/usr/bin/env node
import '../dist/bootstrap/gateway-admin.js';
