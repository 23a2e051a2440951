// The interactive page of the API: it reads the contract of this server and sends requests with the session.
'use strict';

const base = '/api/v1';
const $ = (id) => document.getElementById(id);

// el makes an element; text is always text, never markup.
function el(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) {
    if (k in e && k !== 'list') e[k] = v; else e.setAttribute(k, v);
  }
  e.append(...children);
  return e;
}

let spec;

function resolve(part) {
  while (part && part.$ref) part = part.$ref.slice(2).split('/').reduce((at, step) => at[step], spec);
  return part;
}

// sample is a value that a schema could accept, to be filled in.
function sample(schema, depth = 0) {
  const s = resolve(schema) || {};
  if (s.default !== undefined) return s.default;
  if (s.enum) return s.enum[0];
  if (s.type === 'object') {
    const o = {};
    if (depth < 5) for (const [k, v] of Object.entries(s.properties || {})) if ((s.required || []).includes(k)) o[k] = sample(v, depth + 1);
    return o;
  }
  if (s.type === 'array') return depth < 5 ? [sample(s.items, depth + 1)] : [];
  if (s.type === 'integer' || s.type === 'number') return s.minimum || 0;
  if (s.type === 'boolean') return false;
  if (s.format === 'date-time') return new Date().toISOString();
  return '';
}

function operations() {
  const list = [];
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of ['get', 'post', 'put', 'delete']) {
      if (!item[method]) continue;
      list.push({ path, method, op: item[method], parameters: [...(item.parameters || []), ...(item[method].parameters || [])].map(resolve) });
    }
  }
  return list;
}

function show({ path, method, op, parameters }) {
  const inputs = new Map();
  const rows = parameters.map((p) => {
    const input = el('input', { name: p.name, placeholder: [p.required ? '必填 · required' : '', describe(p.schema)].filter(Boolean).join(' · ') });
    if (p.name === 'Idempotency-Key') input.value = crypto.randomUUID();
    if (p.name === 'Milepost-Post') input.placeholder = '默认用页首所选岗位 · the post chosen above';
    inputs.set(p, input);
    return el('tr', {}, el('td', {}, el('code', {}, p.name), ' ', el('span', { className: 'soft' }, p.in)), el('td', {}, input, ' ', el('span', { className: 'soft' }, p.description || '')));
  });
  const json = op.requestBody && resolve(op.requestBody).content['application/json'];
  const body = json && el('textarea', { spellcheck: false, value: JSON.stringify(sample(json.schema), null, 2), ariaLabel: '请求内容 · body' });
  const out = el('pre', { hidden: true });
  const send = el('button', { type: 'button' }, '发送 · Send');
  send.onclick = () => call({ path, method, inputs, body, out });
  const inside = el('div', { className: 'inside' }, el('p', {}, op.description || ''), el('table', {}, ...rows));
  if (body) inside.append(body);
  inside.append(send, out);
  const details = el('details', { id: op.operationId },
    el('summary', {}, el('b', { className: method }, method.toUpperCase()), el('span', {}, op.summary || ''), el('code', { className: 'soft' }, path)), inside);
  details.dataset.find = (path + ' ' + op.operationId + ' ' + op.summary).toLowerCase();
  return details;
}

function describe(schema) {
  const s = resolve(schema) || {};
  if (s.enum) return s.enum.join(' | ');
  return [s.type, s.format, s.pattern].filter(Boolean).join(' ');
}

async function call({ path, method, inputs, body, out }) {
  const headers = {}, query = new URLSearchParams();
  let where = path;
  for (const [p, input] of inputs) {
    const value = input.value.trim();
    if (p.in === 'path') where = where.replace('{' + p.name + '}', encodeURIComponent(value.replaceAll('/', '~')));
    else if (value === '') continue;
    else if (p.in === 'query') for (const v of (resolve(p.schema).type === 'array' ? value.split(/[\s,]+/) : [value])) query.append(p.name, v);
    else headers[p.name] = value;
  }
  const takesPost = [...inputs.keys()].some((p) => p.name === 'Milepost-Post');
  if (takesPost && $('post').value && !headers['Milepost-Post']) headers['Milepost-Post'] = $('post').value;
  if (body) headers['Content-Type'] = 'application/json';
  const search = query.toString();
  out.hidden = false;
  out.textContent = '…';
  try {
    const r = await fetch(base + where + (search ? '?' + search : ''), { method: method.toUpperCase(), headers, body: body ? body.value : undefined });
    out.textContent = r.status + ' ' + r.statusText + '\n' + [...r.headers].filter(([k]) => ['location', 'x-request-id', 'retry-after', 'content-type'].includes(k)).map(([k, v]) => k + ': ' + v).join('\n') + '\n\n' + pretty(await r.text());
  } catch (e) {
    out.textContent = String(e);
  }
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

async function whoAmI() {
  const r = await fetch(base + '/me');
  const me = r.ok ? await r.json() : null;
  $('login').hidden = !!me;
  $('who').hidden = $('logout').hidden = !me;
  $('who').textContent = me ? me.user.name : '';
  $('post').replaceChildren(el('option', { value: '' }, '—'), ...(me ? me.posts.map((p) => el('option', { value: p.id }, [p.role, p.party, p.jurisdiction].filter(Boolean).join(' · '))) : []));
  for (const d of document.querySelectorAll('details')) d.classList.toggle('locked', !!me && !me.operations.includes(d.id));
}

$('login').onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  const r = await fetch(base + '/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: form.account.value, password: form.password.value }) });
  form.password.value = '';
  if (!r.ok) { const p = await r.json(); alert(p.detail || p.title); }
  whoAmI();
};

$('logout').onclick = async () => { await fetch(base + '/session', { method: 'DELETE' }); whoAmI(); };

$('find').oninput = () => {
  const text = $('find').value.trim().toLowerCase();
  for (const d of document.querySelectorAll('details')) d.hidden = !d.dataset.find.includes(text);
};

async function start() {
  spec = await (await fetch(base + '/openapi.json')).json();
  const list = operations();
  $('tags').replaceChildren(...spec.tags.map((t) => el('a', { href: '#tag-' + t.name }, t.description.split(' · ')[0])));
  $('main').replaceChildren(el('p', { className: 'soft', style: 'white-space: pre-line' }, spec.info.description));
  for (const tag of spec.tags) {
    $('main').append(el('h2', { id: 'tag-' + tag.name }, tag.description), ...list.filter((o) => o.op.tags.includes(tag.name)).map(show));
  }
  await whoAmI();
}

start();
