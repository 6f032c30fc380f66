// An image in memory: its voxels, where they lie, and each volume of it as a NIfTI-1 file, the one format that is handed to NiiVue.

const HEADER = 352;  // bytes, with the four of "no extension"

// As dcmflow writes them: the voxel types by name, with the code and the bits of NIfTI-1 (nifti1.h, datatype and bitpix).
export const TYPES = {
  uint8: {code: 2, bytes: 1, array: Uint8Array},
  int16: {code: 4, bytes: 2, array: Int16Array},
  int32: {code: 8, bytes: 4, array: Int32Array},
  float32: {code: 16, bytes: 4, array: Float32Array},
  rgb24: {code: 128, bytes: 3, array: Uint8Array},
  uint16: {code: 512, bytes: 2, array: Uint16Array},
};

// What is wrong with a file, in words for the reader of the page.
export class Unreadable extends Error {}

export function count_voxels({size, volumes}) {
  return size.reduce((a, b) => a * b, volumes);
}

// Sizes come from a file: nothing else is multiplied with them before this.
export function check_size({size, volumes, type}, bytes) {
  for (const count of [...size, volumes])
    if (!Number.isInteger(count) || count < 1 || count > 32767) throw new Unreadable(`The header says a size of ${size.join(' × ')} × ${volumes}.`);
  const needed = count_voxels({size, volumes}) * TYPES[type].bytes;
  if (bytes < needed) throw new Unreadable(`The file is cut off: ${needed} bytes of voxels are promised, ${bytes} are there.`);
  return needed;
}

// Rows of 4 numbers: voxel (i, j, k) → mm, in LPS as DICOM has it (PS3.3 C.7.6.2.1.1).
export function matrix_of(steps, origin) {
  return [0, 1, 2].map((row) => [steps[0][row], steps[1][row], steps[2][row], origin[row]]);
}

function inverse(m) {
  const [[a, b, c], [d, e, f], [g, h, i]] = m;
  const A = e * i - f * h, B = f * g - d * i, C = d * h - e * g;
  const determinant = a * A + b * B + c * C;
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) throw new Unreadable('The header places all voxels in one plane.');
  return [[A, c * h - b * i, b * f - c * e], [B, a * i - c * g, c * d - a * f], [C, b * g - a * h, a * e - b * d]]
    .map((row) => row.map((one) => one / determinant));
}

function nifti_header({size, type, matrix, placed, scale}) {
  const view = new DataView(new ArrayBuffer(HEADER));
  const lengths = [0, 1, 2].map((axis) => Math.hypot(...matrix.map((row) => row[axis])));
  view.setInt32(0, 348, true);
  [3, ...size, 1, 1, 1, 1].forEach((count, i) => view.setInt16(40 + 2 * i, count, true));
  view.setInt16(70, TYPES[type].code, true);
  view.setInt16(72, TYPES[type].bytes * 8, true);
  [1, ...lengths, 1].forEach((length, i) => view.setFloat32(76 + 4 * i, length, true));
  view.setFloat32(108, HEADER, true);
  view.setFloat32(112, scale.slope, true);
  view.setFloat32(116, scale.intercept, true);
  view.setUint8(123, 2);  // mm
  view.setInt16(254, placed ? 1 : 0, true);
  const signs = [-1, -1, 1];  // RAS
  matrix.forEach((row, r) => row.forEach((value, c) => view.setFloat32(280 + 16 * r + 4 * c, signs[r] * value, true)));
  [0x6e, 0x2b, 0x31, 0].forEach((byte, i) => view.setUint8(344 + i, byte));  // "n+1"
  return new Uint8Array(view.buffer);
}

// `head`: {size, volumes, type, matrix, placed, scale}; `bytes`: its voxels in little-endian order, x first, then y, z and volume.
export class Image {
  constructor(head, bytes) {
    const needed = check_size(head, bytes.byteLength);
    Object.assign(this, head);
    this.to_voxel = inverse(head.matrix);
    const {array} = TYPES[head.type];
    const voxels = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
    this.voxels = new array(voxels.buffer, voxels.byteOffset, needed / array.BYTES_PER_ELEMENT);
  }

  // The voxels of one volume.
  volume(index) {
    const length = this.voxels.length / this.volumes;
    return this.voxels.subarray(index * length, (index + 1) * length);
  }

  // One volume as a file.
  nifti(index) {
    const {buffer, byteOffset, byteLength} = this.volume(index);
    const file = new Uint8Array(HEADER + byteLength);
    file.set(nifti_header(this));
    file.set(new Uint8Array(buffer, byteOffset, byteLength), HEADER);
    return file.buffer;
  }

  // Those of NiiVue, where they are the same, so that they are not twice in memory.
  share_voxels(other) {
    if (other?.constructor === this.voxels.constructor && other.length === this.voxels.length) this.voxels = other;
  }

  // The nearest voxel of a place (LPS, mm), or null outside.
  voxel_at(place) {
    const from = place.map((value, row) => value - this.matrix[row][3]);
    const voxel = this.to_voxel.map((row) => Math.round(row[0] * from[0] + row[1] * from[1] + row[2] * from[2]));
    return voxel.every((index, axis) => index >= 0 && index < this.size[axis]) ? voxel : null;
  }

  place_of([i, j, k]) {
    return this.matrix.map((row) => row[0] * i + row[1] * j + row[2] * k + row[3]);
  }

  // A number; of a colour image [red, green, blue].
  value_at([i, j, k], volume = 0) {
    const [columns, rows, slices] = this.size;
    const index = i + columns * (j + rows * (k + slices * volume));
    if (this.type === 'rgb24') return [0, 1, 2].map((channel) => this.voxels[3 * index + channel]);
    return this.voxels[index] * this.scale.slope + this.scale.intercept;
  }

  // Its values where they are a few whole numbers, as labels are; else null. At most `most` of them, from 0 to 255.
  labels(most = 64) {
    if (this.type === 'rgb24' || this.type === 'float32' || this.scale.slope !== 1 || this.scale.intercept !== 0) return null;
    const seen = new Set();
    let last = -1;
    for (const value of this.voxels) {
      if (value === last) continue;
      if (value < 0 || value > 255) return null;
      last = value;
      seen.add(value);
      if (seen.size > most) return null;
    }
    return [...seen].sort((a, b) => a - b);
  }
}
