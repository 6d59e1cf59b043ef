// Serves dist/ and a made-up week in the program's own interface, with the same content policy.
//   node dev/mock.mjs [--port 4180] [--many 10000] [--real] [--empty] [--broken] [--hours 170] [--still]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FROM, UNTIL, geometry, week } from './week.mjs';

const { values: options } = parseArgs({ options: {
  port: { type: 'string', default: '4180' }, many: { type: 'string', default: '190' }, hours: { type: 'string', default: '132' },
  real: { type: 'boolean', default: false }, empty: { type: 'boolean', default: false }, broken: { type: 'boolean', default: false }, still: { type: 'boolean', default: false },
} });

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const POLICY = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const HOUR = 3_600_000;
const all = week({ many: Number(options.many), fictional: !options.real, empty: options.empty });
const shape = geometry();
const listeners = new Set();
let now = Math.min(UNTIL, FROM + Number(options.hours) * HOUR);
let playing = false;
let revision = 1;

function state() {
  const incidents = all.incidents.filter((i) => Date.parse(i.known_at) <= now);
  const ids = new Set(incidents.map((i) => i.id));
  const seen = incidents.map((i) => (i.superseded_by && !ids.has(i.superseded_by) ? { ...i, superseded_by: null } : i));
  const past = (t) => Date.parse(t) <= now;
  return { revision, now: new Date(now).toISOString(), playing, speed: 3600, incidents: seen,
    findings: all.findings.filter((f) => (f.subject.kind === 'incident' ? ids.has(f.subject.id) : past(f.subject.until))),
    coverage: all.coverage.filter((c) => past(c.until)), cases: all.cases.filter((c) => ids.has(c.incident)),
    log: { origin: 'aune-line.example/log', size: 4000 + Math.floor((now - FROM) / 9000), root: 'b1946ac92492d2347c6235b4d2611184f3a9d7c1e05b8846a1d30e5c77f2a9d4' }, problems: 3 };
}

function tell() {
  revision += 1;
  const line = `event: changed\ndata: ${JSON.stringify({ revision, now: new Date(now).toISOString() })}\n\n`;
  for (const answer of listeners) answer.write(line);
}

setInterval(() => {
  if (!playing) return;
  now = Math.min(UNTIL, now + HOUR);
  if (now >= UNTIL) playing = false;
  tell();
}, 1000).unref();

async function act(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  const wanted = JSON.parse(body);
  if (wanted.action === 'seek') now = Math.max(FROM, Math.min(UNTIL, Date.parse(wanted.at)));
  else playing = wanted.action === 'play';
  tell();
}

function json(answer, value, status = 200) {
  answer.writeHead(status, { 'content-type': 'application/json', 'content-security-policy': POLICY, 'cache-control': 'no-store' });
  answer.end(JSON.stringify(value));
}

async function file(path, answer) {
  const name = path === '/' ? 'index.html' : normalize(path).replace(/^(\.\.[/\\])+/, '');
  try {
    const bytes = await readFile(join(DIST, name));
    answer.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' });
    answer.end(bytes);
  } catch {
    json(answer, { error: 'no such file' }, 404);
  }
}

createServer(async (request, answer) => {
  const path = new URL(request.url, 'http://here').pathname;
  if (path.startsWith('/api/') && options.broken) return json(answer, { error: 'not ready' }, 503);
  if (path === '/api/v1/mission') return json(answer, all.mission);
  if (path === '/api/v1/geometry') return json(answer, shape);
  if (path === '/api/v1/state') return json(answer, state());
  if (path === '/api/v1/replay' && request.method === 'POST' && !options.real) return act(request).then(() => json(answer, { ok: true }), (e) => json(answer, { error: String(e) }, 400));
  if (path === '/api/v1/events') {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    answer.write(': here\n\n');
    listeners.add(answer);
    return request.on('close', () => listeners.delete(answer));
  }
  if (path.startsWith('/api/')) return json(answer, { error: 'not found' }, 404);
  return file(path, answer);
}).listen(Number(options.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${options.port}`));
