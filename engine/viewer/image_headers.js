// Headers of the formats that dcmflow writes. Each reader gives {size, volumes, type, matrix, placed, scale} and where the voxels stand:
// `offset` in the same file or `file` beside it, `encoding` raw or gzip.
import {matrix_of, TYPES, Unreadable} from './image.js';

const IDENTITY = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const MOST_TEXT = 1 << 20;  // bytes of a text header

function numbers(text, count, what) {
  const found = String(text ?? '').trim().split(/[\s,()]+/).filter(Boolean).map(Number);
  if (found.length < count || !found.every(Number.isFinite)) throw new Unreadable(`The header says no ${what}.`);
  return found;
}

function scaled(axes, spacing) {
  return axes.map((axis, i) => axis.map((value) => value * spacing[i]));
}

// A character a byte, so that an index is an offset.
function characters(bytes) {
  return new TextDecoder('latin1').decode(bytes.subarray(0, MOST_TEXT));
}

// NIfTI-1 (nifti1.h), as one file or as .hdr beside .img. Readers differ in which form they take: dcmflow writes the same in both.
export function read_nifti(bytes, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 348) throw new Unreadable('The file is too short for a NIfTI header.');
  if (view.getInt32(0, true) === 540) throw new Unreadable('It is NIfTI-2, with a side of more than 32,767 voxels, which no graphics card takes.');
  if (view.getInt32(0, true) !== 348) throw new Unreadable('The file has no NIfTI-1 header in little-endian order.');
  const count = Math.max(1, Math.min(7, view.getInt16(40, true)));
  const size = [0, 1, 2, 3].map((axis) => axis < count ? view.getInt16(42 + 2 * axis, true) : 1);
  const code = view.getInt16(70, true);
  const type = Object.keys(TYPES).find((one) => TYPES[one].code === code);
  if (!type) throw new Unreadable(`Voxels of the NIfTI type ${code} are not shown here.`);
  const at = (offset) => view.getFloat32(offset, true);
  const placed = view.getInt16(254, true) > 0;
  const signs = [-1, -1, 1];  // RAS → LPS
  const matrix = placed ? [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => signs[row] * at(280 + 16 * row + 4 * column)))
    : matrix_of(scaled(IDENTITY, [at(80), at(84), at(88)]), [0, 0, 0]);
  const slope = at(112);
  return {
    size: size.slice(0, 3), volumes: size[3], type, matrix, placed,
    scale: slope === 0 || !Number.isFinite(slope) ? {slope: 1, intercept: 0} : {slope, intercept: at(116)},
    offset: at(108), file: /\.hdr$/i.test(name) ? name.replace(/hdr$/i, 'img') : null, encoding: 'raw',
  };
}

const META_TYPES = {MET_SHORT: 'int16', MET_USHORT: 'uint16', MET_INT: 'int32', MET_FLOAT: 'float32', MET_UCHAR: 'uint8'};

// MetaImage (itk.org/Wiki/MetaIO). ElementDataFile is its last line; the rows of TransformMatrix are the directions of the axes.
export function read_metaimage(bytes) {
  const text = characters(bytes);
  const end = /^ElementDataFile *= *(.*?)\r?\n/m.exec(text);
  if (!end) throw new Unreadable('The header has no ElementDataFile.');
  const length = end.index + end[0].length;
  const fields = Object.fromEntries(text.slice(0, length).split(/\r?\n/).map((line) => /^(\w+) *= *(.*)$/.exec(line)).filter(Boolean)
    .map(([, key, value]) => [key, value.trim()]));
  if (/^true$/i.test(fields.CompressedData ?? '')) throw new Unreadable('Its voxels are compressed, as dcmflow never writes them.');
  if (/^true$/i.test(fields.BinaryDataByteOrderMSB ?? '')) throw new Unreadable('Its voxels are in big-endian order, as dcmflow never writes them.');
  const axes = Number(fields.NDims);
  if (axes !== 3 && axes !== 4) throw new Unreadable(`It has ${fields.NDims} dimensions; 3 or 4 are shown.`);
  const channels = Number(fields.ElementNumberOfChannels ?? 1);
  const element = META_TYPES[fields.ElementType];
  const type = channels === 3 && element === 'uint8' ? 'rgb24' : element;
  if (!type || (channels !== 1 && type !== 'rgb24')) throw new Unreadable(`Voxels of ${channels} × ${fields.ElementType} are not shown here.`);
  const size = numbers(fields.DimSize, axes, 'DimSize');
  const rows = numbers(fields.TransformMatrix, axes * axes, 'TransformMatrix');
  const directions = [0, 1, 2].map((axis) => rows.slice(axis * axes, axis * axes + 3));
  const name = new TextDecoder().decode(bytes.subarray(end.index, length)).replace(/^ElementDataFile *= */, '').trim();
  return {
    size: size.slice(0, 3), volumes: axes === 4 ? size[3] : 1, type, placed: true,
    matrix: matrix_of(scaled(directions, numbers(fields.ElementSpacing, axes, 'ElementSpacing')), numbers(fields.Offset, axes, 'Offset')),
    // Few readers apply it; here the same image has the same values in each format.
    scale: {slope: Number(fields.ElementToIntensityFunctionSlope ?? 1), intercept: Number(fields.ElementToIntensityFunctionOffset ?? 0)},
    offset: name === 'LOCAL' ? length : 0, file: name === 'LOCAL' ? null : name, encoding: 'raw',
  };
}

const NRRD_TYPES = {int16: 'int16', uint16: 'uint16', int32: 'int32', float: 'float32', uint8: 'uint8'};

// NRRD (teem.sourceforge.net/nrrd/format.html) in left-posterior-superior; colour comes before the axes of space, volumes behind them.
export function read_nrrd(bytes) {
  const text = characters(bytes);
  const length = text.indexOf('\n\n') + 2;
  if (!/^NRRD000\d/.test(text) || length < 2) throw new Unreadable('The file has no NRRD header.');
  const lines = text.slice(0, length).split('\n');
  const fields = Object.fromEntries(lines.map((line) => /^([^:]+):(=?)\s*(.*)$/.exec(line)).filter(Boolean).map(([, key, , value]) => [key, value]));
  if (fields.endian && fields.endian !== 'little') throw new Unreadable('Its voxels are in big-endian order, as dcmflow never writes them.');
  if (fields['data file']) throw new Unreadable('Its voxels are in another file, as dcmflow never writes them.');
  if (fields.encoding !== 'raw' && fields.encoding !== 'gzip') throw new Unreadable(`Its encoding is ${fields.encoding}; raw and gzip are shown.`);
  const sizes = numbers(fields.sizes, 3, 'sizes');
  const colour = (fields.kinds ?? '').startsWith('RGB-color') ? 1 : 0;
  const element = NRRD_TYPES[fields.type];
  const type = colour && element === 'uint8' && sizes[0] === 3 ? 'rgb24' : colour ? undefined : element;
  if (!type) throw new Unreadable(`Voxels of the NRRD type ${fields.type} are not shown here.`);
  const placed = fields.space !== undefined;
  if (placed && !/^left-posterior-superior(-time)?$/.test(fields.space)) throw new Unreadable(`Its space is ${fields.space}, as dcmflow never writes it.`);
  return {
    size: sizes.slice(colour, colour + 3), volumes: sizes[colour + 3] ?? 1, type, placed,
    matrix: placed ? placed_nrrd(fields) : matrix_of(scaled(IDENTITY, spacings(fields, colour)), [0, 0, 0]),
    scale: {slope: Number(fields['rescale slope'] ?? 1), intercept: Number(fields['rescale intercept'] ?? 0)},
    offset: length, file: null, encoding: fields.encoding,
  };
}

function spacings(fields, colour) {
  return numbers((fields.spacings ?? '').split(/\s+/).slice(colour, colour + 3).join(' '), 3, 'spacings');
}

function placed_nrrd(fields) {
  const vectors = [...(fields['space directions'] ?? '').matchAll(/\(([^)]*)\)/g)].map((one) => numbers(one[1], 3, 'space directions').slice(0, 3));
  if (vectors.length < 3) throw new Unreadable('The header says no space directions.');
  return matrix_of(vectors.slice(0, 3), numbers(fields['space origin'], 3, 'space origin'));
}
