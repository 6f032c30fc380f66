// Data of a page with very many series, as the program writes it for as many.
import * as zlib from 'node:zlib';

const {deflateSync} = zlib;
const crc = zlib.crc32 ?? slow_crc;  // zlib.crc32 is of Node 22

function slow_crc(bytes) {
  let value = 0xFFFFFFFF;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; ++bit) value = (value >>> 1) ^ (value & 1 ? 0xEDB88320 : 0);
  }
  return (value ^ 0xFFFFFFFF) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

// Grey noise, which no compression helps.
function noise(side, seed) {
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0]);
  const rows = Buffer.alloc(side * (side + 1));
  let state = seed + 1;
  for (let i = 0; i < rows.length; ++i) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    rows[i] = i % (side + 1) === 0 ? 0 : state >>> 24;
  }
  const signature = Buffer.from([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]).toString('base64');
}

function image(i, png) {
  const planes = [['axial', 'R L A P'], ['coronal', 'R L S I'], ['sagittal', 'A P S I']];
  return {
    file: `2.25.${i}.nii.gz`, split_reason: null, size: [256, 256, 40], spacing: [0.9, 0.9, 4], volumes: 1, dimension: null, type: 'int16',
    values: [0, 1800], placed: true, geometry: i % 5 === 0 ? 'warn' : 'pass', corner_error_mm: i / 1e5, soundness: 'ok', missing: [],
    flags: i % 5 === 0 ? [['spacing_jitter', 'the gaps between slices vary a little']] : [], made_slices: [], made_slices_count: 0, filled_slices: [],
    pictures: planes.map(([plane, letters]) => ({plane, mm: [230, plane === 'axial' ? 230 : 160], letters: letters.split(' '), png})),
    histogram: {range: [0, 1800], window: [20, 900], window_of_header: false, counts: Array.from({length: 48}, (_, bin) => 1 + (i * 31 + bin * 17) % 400)},
    selections: [{matched: false, key: 'Modality', expected: '"CT"', seen: 'MR'}],
  };
}

export function many_series(base, count, side) {
  const pictures = Array.from({length: 50}, (_, seed) => noise(side, seed));
  const series = Array.from({length: count}, (_, i) => ({
    study: Math.floor(i / 10), uid: `2.25.${i}`, number: String(i % 10 + 1), description: `series ${i}`, modality: i % 3 ? 'MR' : 'CT',
    verdict: i % 5 === 0 ? 'noted' : 'ok', files: 40, images: [image(i, pictures[i % pictures.length])], problems: [],
  }));
  const studies = Array.from({length: Math.ceil(count / 10)}, (_, i) => ({uid: `2.25.9.${i}`, description: `study ${i}`, date: '20260101'}));
  return {...base, series, studies, selections: {select_all: false, rules: ['chest'], chosen: []},
    run: {...base.run, images: count, pictures: count, verdicts: {ok: count - Math.ceil(count / 5), noted: Math.ceil(count / 5)}}};
}
