// A made-up week, for looking at the page without the program. Same seed, same week. The place is open ocean on purpose.
const HOUR = 3_600_000;
export const FROM = Date.parse('2031-05-12T00:00:00Z');
export const UNTIL = FROM + 7 * 24 * HOUR;
const WEST = -30.5, EAST = -29.7, SOUTH = 40.0, NORTH = 40.5;

function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const iso = (t) => new Date(t).toISOString();
const round = (x, n) => Number(x.toFixed(n));
const pick = (r, list) => list[Math.floor(r() * list.length)];
const lineAt = (lon) => 40.25 + 0.05 * Math.sin((lon + 30.5) * 9) + 0.03 * Math.sin((lon + 30.5) * 23);

const CLAUSES = [
  ['art_2__para_1', 'No fire across the line', 'From the hour of entry into force the parties shall not fire any weapon across the line of separation.', ['F-1']],
  ['art_3__para_1', 'Withdrawal of heavy weapons', 'Artillery of 100 mm and above shall be kept at least 15 kilometres behind the line of separation.', ['W-1', 'W-2']],
  ['art_4__para_2', 'No-fly zone', 'No aircraft of either party, crewed or uncrewed, shall fly within 3 kilometres of the line.', ['A-1']],
  ['art_5__para_1', 'Protected sites', 'No explosion shall take place within 5 kilometres of the Merle pumping station.', ['P-1']],
  ['art_6__para_3', 'Days of quiet', 'Seven consecutive days without fire, confirmed by the mission, open the second stage.', ['Q-1']],
  ['art_7__para_1', 'Notified activities', 'Blasting and exercises shall be announced 72 hours ahead.', ['N-1']],
];

const MODALITIES = ['acoustic', 'seismic', 'camera', 'radar', 'thermal_camera'];

function sensors(r) {
  return Array.from({ length: 46 }, (_, i) => {
    const lon = WEST + 0.04 + ((EAST - WEST - 0.08) * (i % 23)) / 22;
    const side = i < 23 ? 1 : -1;
    return { id: `S-${String(i + 1).padStart(3, '0')}`, modality: i % 11 === 0 ? 'seismic' : i % 7 === 0 ? 'camera' : i % 13 === 0 ? 'radar' : 'acoustic',
      owner: pick(r, ['Mission', 'Norrland', 'Vesper Union']), lat: round(lineAt(lon) + side * (0.012 + r() * 0.03), 5), lon: round(lon, 5) };
  });
}

export function geometry() {
  const lons = Array.from({ length: 41 }, (_, i) => WEST + ((EAST - WEST) * i) / 40);
  const line = lons.map((lon) => [round(lon, 5), round(lineAt(lon), 5)]);
  const shifted = (d) => line.map(([x, y]) => [x, round(y + d, 5)]);
  const feature = (name, role, party, type, coordinates, more = {}) => ({
    type: 'Feature', properties: { name, role, party, valid_from: null, valid_until: null, rule: null, ...more }, geometry: { type: `Multi${type}`, coordinates: [coordinates] } });
  const circle = (lon, lat, km) => [Array.from({ length: 49 }, (_, i) => {
    const a = (2 * Math.PI * i) / 48;
    return [round(lon + (km / 84.9) * Math.sin(a), 5), round(lat + (km / 111.05) * Math.cos(a), 5)];
  })];
  const river = lons.map((lon, i) => [round(-30.16 + 0.05 * Math.sin(i / 5), 5), round(SOUTH + ((NORTH - SOUTH) * i) / 40, 5)]);
  return { type: 'FeatureCollection', features: [
    feature('North', 'control', 'A', 'Polygon', [[...line, [EAST, NORTH], [WEST, NORTH], line[0]]]),
    feature('South', 'control', 'B', 'Polygon', [[...line, [EAST, SOUTH], [WEST, SOUTH], line[0]]]),
    feature('Area of the mission', 'area', null, 'Polygon', [[[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]]),
    feature('River Aune', 'water', null, 'LineString', river),
    feature('Lake Sorrel', 'water', null, 'Polygon', circle(-29.93, 40.37, 2.6)),
    feature('No-fly zone', 'zone', null, 'Polygon', [[...shifted(0.027), ...shifted(-0.027).reverse(), shifted(0.027)[0]]], { rule: 'A-1' }),
    feature('Line of separation', 'reference_line', null, 'LineString', line),
    feature('Merle pumping station', 'protected_site', null, 'Polygon', circle(-30.31, 40.19, 5), { rule: 'P-1' }),
    feature('Window of silence, Brix bridge', 'zone', null, 'Polygon', circle(-30.02, 40.16, 3), { valid_from: iso(FROM + 50 * HOUR), valid_until: iso(FROM + 110 * HOUR) }),
  ] };
}

function arrivals(r, time, list, n) {
  return Array.from({ length: n }, (_, i) => {
    const s = pick(r, list);
    const metres = s.modality === 'camera' ? null : round((r() - 0.5) * 160, 1);
    return { detection: `D-${Math.floor(r() * 90000 + 10000)}`, sensor: s.id, modality: s.modality,
      phenomenon: s.modality === 'camera' ? 'muzzle_flash' : s.modality === 'radar' ? 'projectile' : 'explosion',
      time: iso(time + i * 1700 + r() * 900), residual_m: metres, residual_s: metres === null ? null : round(metres / 338, 3), weight: round(0.15 + r() * 0.85, 2) };
  }).sort((a, b) => (a.time < b.time ? -1 : 1));
}

const KINDS = [['shelling', 5], ['explosion', 7], ['small_arms', 9], ['drone_flight', 5], ['fire', 2], ['heavy_weapon', 2], ['blasting', 2], ['vessel', 1], ['gnss_interference', 1]];

function kind(r) {
  let x = r() * KINDS.reduce((sum, [, w]) => sum + w, 0);
  return (KINDS.find(([, w]) => (x -= w) < 0) ?? KINDS[0])[0];
}

function incident(r, i, list, time) {
  const name = kind(r);
  const lon = WEST + 0.06 + r() * (EAST - WEST - 0.12);
  const major = 40 + r() ** 3 * 1600;
  const best = name === 'shelling' || name === 'small_arms' ? 1 + Math.floor(r() * 14) : null;
  const north = 0.5 + r() * 0.49;
  const seen = [...new Set([pick(r, MODALITIES), pick(r, MODALITIES), 'acoustic'])].sort();
  const from = Math.round(time), until = from + Math.floor(r() * 9) * 60_000;
  const n = 4 + Math.floor(r() * 20);
  return { id: `I-${String(i + 1).padStart(4, '0')}`, class: name, time: { from: iso(from), until: iso(until), sigma_s: round(0.1 + r() * 1.4, 2) },
    place: r() < 0.06 ? null : { lat: round(lineAt(lon) + (r() - 0.5) * 0.2, 5), lon: round(lon, 5), ellipse_90: { semi_major_m: round(major, 0), semi_minor_m: round(major * (0.25 + r() * 0.6), 0), azimuth_deg: round(r() * 180, 0) } },
    counts: { observations: n, rounds: best === null ? null : { low: Math.max(1, best - 1 - Math.floor(r() * 2)), best, high: best + 1 + Math.floor(r() * 3) } },
    modalities: seen, owners: ['Mission', 'Norrland'], origin_shares: name === 'shelling' ? [{ party: 'A', probability: round(north, 3) }, { party: 'B', probability: round(1 - north, 3) }] : [],
    arrivals: arrivals(r, from, list, n), reasons: [`${n} arrivals agree with one place within ${Math.round(major)} m`, `${seen.length} kinds of sensor saw it independently`, 'no other solution explains more than a third of the arrivals'],
    known_at: iso(until + 90_000 + r() * 400_000), supersedes: [], superseded_by: null, area: null, class_posterior: [{ class: name, probability: 0.83 }, { class: 'other', probability: 0.17 }] };
}

function finding(r, i, subject) {
  const rule = { shelling: 0, small_arms: 0, explosion: 3, heavy_weapon: 1, drone_flight: 2, blasting: 5 }[subject.class] ?? 0;
  const [eid, , sentence, rules] = CLAUSES[rule];
  const p = round(r(), 3);
  const verdict = !subject.place || (p > 0.1 && p < 0.85) ? 'undetermined' : p >= 0.85 ? 'inconsistent' : 'consistent';
  const measured = rule === 1 || rule === 2 || rule === 3;
  const why = { inconsistent: [{ code: 'inside', text: `The place lies inside the area of the rule with probability ${p}` }, { code: 'no_exemption', text: 'No notified activity covers this place and time' }],
    consistent: [{ code: 'outside', text: `The place lies outside the area of the rule; probability inside ${p}` }],
    undetermined: [subject.place ? { code: 'ellipse_crosses', text: 'The 90 % ellipse crosses the edge of the area of the rule' } : { code: 'not_located', text: 'The incident could not be located' }, { code: 'coverage_partial', text: 'Two acoustic nodes nearby were not reporting' }] }[verdict];
  return { id: `F-${String(i + 1).padStart(4, '0')}`, verdict, clause: { eid, rule: rules[0], version: '3', sentence }, subject: { kind: 'incident', id: subject.id }, probability_inside: subject.place ? p : null,
    margin_m: measured && subject.place ? { value: round((p - 0.5) * 9000, 0), sigma: subject.place.ellipse_90.semi_major_m / 2 } : null, reasons: why,
    reading: i % 17 === 0 ? 'Party B' : null, exempted_by: subject.class === 'blasting' && verdict === 'consistent' ? 'N-1' : null };
}

function coverage(r) {
  const cells = [];
  for (const name of ['shelling', 'explosion', 'small_arms', 'drone_flight', 'heavy_weapon', 'fire']) {
    const step = name === 'heavy_weapon' ? 24 : name === 'fire' ? 6 : 1;
    for (let h = 0; h < 168; h += step) {
      if (name === 'small_arms' && h > 60 && h < 76) continue;
      const storm = h > 97 && h < 106;
      const base = { shelling: 0.97, explosion: 0.96, small_arms: 0.78, drone_flight: 0.85, heavy_weapon: 0.4, fire: 0.7 }[name];
      const share = Math.max(0, Math.min(1, base + (r() - 0.6) * 0.25 - (storm ? 0.7 : 0)));
      const quiet = share > 0.88 ? 'none_detected_high' : share > 0.45 ? 'none_detected_partial' : share > 0.12 ? 'not_assessable' : 'not_monitored';
      const wording = (share > 0.3 && r() < 0.14) ? 'detected' : quiet;
      cells.push({ class: name, from: iso(FROM + h * HOUR), until: iso(FROM + (h + step) * HOUR), share_pd90: round(share, 3), mean_pd: round(share * 0.97, 3), worst_pd: round(share * 0.5, 3), wording });
    }
  }
  return cells;
}

/** The mission and everything that happens in its week; `many` sets the number of incidents. */
export function week({ many = 190, fictional = true, empty = false } = {}) {
  const r = random(20310512);
  const list = sensors(r);
  const times = Array.from({ length: empty ? 0 : many }, () => FROM + (r() < 0.35 ? 60 + r() * 14 : r() * 167.8) * HOUR).sort((a, b) => a - b);
  const incidents = times.map((time, i) => incident(r, i, list, time));
  for (let i = 8; i + 1 < incidents.length; i += 37) {
    incidents[i].superseded_by = incidents[i + 1].id;
    Object.assign(incidents[i + 1], { supersedes: [incidents[i].id], class: incidents[i].class, time: incidents[i].time, place: incidents[i].place });
  }
  const findings = incidents.filter((x, i) => i % 8 !== 3).map((x, i) => finding(r, i, x));
  if (!empty) findings.push({ id: 'F-9001', verdict: 'undetermined', clause: { eid: CLAUSES[4][0], rule: 'Q-1', version: '3', sentence: CLAUSES[4][2] }, subject: { kind: 'window', from: iso(FROM + 24 * HOUR), until: iso(FROM + 48 * HOUR), area: 'Area of the mission' },
    probability_inside: null, margin_m: null, reasons: [{ code: 'coverage_not_high', text: 'Coverage for small arms was partial for 9 of 24 hours; quiet cannot be confirmed' }], reading: null, exempted_by: null });
  const cases = incidents.filter((_, i) => i % 23 === 5).map((x, i) => ({ id: `C-${i + 1}`, incident: x.id, state: pick(r, ['under_verification', 'notified', 'triage']), opened_at: x.known_at,
    clocks: [{ name: 'answer_24h', due: iso(Date.parse(x.time.from) + 24 * HOUR) }, { name: 'full_72h', due: iso(Date.parse(x.time.from) + 72 * HOUR) }] }));
  const mission = { name: 'Aune Line', description: 'Two parties, one line of separation, and a mission that watches over it with both of them at the table.', fictional, view: 'mission', time_zone: '+02:00',
    parties: [{ id: 'A', name: 'Calder' }, { id: 'B', name: 'Morwen' }], bbox: [WEST, SOUTH, EAST, NORTH], languages: ['en', 'uk', 'ru', 'fr'], span: { from: iso(FROM), until: iso(UNTIL) },
    credits: ['Geometry, sensors and events are generated.'], agreement: { title: 'Agreement on the Aune Line', version: '3', clauses: CLAUSES.map(([eid, heading, text, rules]) => ({ eid, heading, text, rules })) }, sensors: list };
  return { mission, incidents, findings, coverage: empty ? [] : coverage(r), cases };
}
