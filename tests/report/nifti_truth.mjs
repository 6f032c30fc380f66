// A NIfTI-1 file as nifti1.h says it, read apart from the viewer: values by place (LPS, mm).
import {readFileSync} from 'node:fs';

const ELEMENTS = {4: ['getInt16', 2], 8: ['getInt32', 4], 16: ['getFloat32', 4], 512: ['getUint16', 2]};

export function read_nifti(path) {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getInt16(40, true);
  const size = [42, 44, 46].map((at) => view.getInt16(at, true));
  const steps = [0, 1, 2].map((axis) => [0, 1, 2].map((row) => (row < 2 ? -1 : 1) * view.getFloat32(280 + 16 * row + 4 * axis, true)));
  const origin = [0, 1, 2].map((row) => (row < 2 ? -1 : 1) * view.getFloat32(292 + 16 * row, true));
  return {view, size, volumes: count > 3 ? view.getInt16(48, true) : 1, type: view.getInt16(70, true), offset: view.getFloat32(108, true),
    slope: view.getFloat32(112, true) || 1, intercept: view.getFloat32(116, true), steps, origin};
}

export function place_of({steps, origin}, [i, j, k]) {
  return origin.map((mm, row) => mm + i * steps[0][row] + j * steps[1][row] + k * steps[2][row]);
}

function cross([a, b, c], [d, e, f]) {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

// By Cramer's rule.
function index_of({steps: [a, b, c], origin}, place) {
  const from = place.map((mm, row) => mm - origin[row]);
  const volume = dot(a, cross(b, c));
  return [dot(from, cross(b, c)) / volume, dot(from, cross(c, a)) / volume, dot(from, cross(a, b)) / volume];
}

function voxel({view, size, type, offset, slope, intercept}, [i, j, k], volume) {
  const index = i + size[0] * (j + size[1] * (k + size[2] * volume));
  if (type === 128) return [0, 1, 2].map((channel) => view.getUint8(offset + 3 * index + channel));
  const [get, bytes] = ELEMENTS[type];
  return view[get](offset + bytes * index, true) * slope + intercept;
}

export function nearest(truth, place, volume = 0) {
  return voxel(truth, index_of(truth, place).map(Math.round), volume);
}

// Between the eight voxels around a place; null where one of them is outside.
export function linear(truth, place) {
  const index = index_of(truth, place);
  const low = index.map(Math.floor);
  if (low.some((one, axis) => one < 0 || one + 1 >= truth.size[axis])) return null;
  let sum = 0;
  for (let bits = 0; bits < 8; ++bits) {
    const at = low.map((one, axis) => one + (bits >> axis & 1));
    sum += voxel(truth, at, 0) * at.reduce((weight, one, axis) => weight * (1 - Math.abs(index[axis] - one)), 1);
  }
  return sum;
}
