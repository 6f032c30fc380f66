// From a path of volumes.json to an image in memory. Every byte is asked for here, and of no other origin.
import {Image, Unreadable, count_voxels} from './image.js';
import {read_metaimage, read_nifti, read_nrrd} from './image_headers.js';

const READERS = [[/\.nii(\.gz)?$/i, read_nifti], [/\.hdr$/i, read_nifti], [/\.mh[da]$/i, read_metaimage], [/\.nrrd$/i, read_nrrd]];

// A path of the output folder as an address: whatever a name holds, it is a name.
export function address(path) {
  return `./${path.split('/').map(encodeURIComponent).join('/')}`;
}

// `progress(done, all)` in bytes; `all` is 0 where the server does not tell it.
async function fetch_bytes(path, signal, progress) {
  const answer = await fetch(address(path), {signal, cache: 'no-cache'});
  if (answer.status === 404) throw new Unreadable(`${path} is not in the folder any more. Was it moved, or is a new run under way? Reload the page.`);
  if (!answer.ok) throw new Unreadable(`The server refused ${path} (${answer.status} ${answer.statusText}).`);
  const all = Number(answer.headers.get('Content-Length')) || 0;
  const parts = [];
  let done = 0;
  for (const reader = answer.body.getReader(); ;) {
    const {done: is_end, value} = await reader.read();
    if (is_end) break;
    parts.push(value);
    progress(done += value.length, all);
  }
  return joined(parts, done);
}

function joined(parts, length) {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

// At most `most` bytes: a small file does not fill the memory.
async function inflate(bytes, most, path) {
  const parts = [];
  let length = 0;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    for (const reader = stream.getReader(); length < most;) {
      const {done, value} = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    throw new Unreadable(`${path} is cut off or damaged: its compression does not end as it should. Copy or convert it once more.`);
  }
  return joined(parts, length);
}

function is_gzip(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

// `entry`: of the list, with the file, all files of the image, and what volumes.json says of its size, type and place.
export async function load_image(entry, signal, progress) {
  const [, read] = READERS.find(([pattern]) => pattern.test(entry.file)) ?? [];
  if (!read) throw new Unreadable('This format is not shown here: convert with -f nii.gz, mhd, mha, nrrd, nii or hdr.');
  let bytes = await fetch_bytes(entry.file, signal, progress);
  const most = 2 * count_voxels(entry) * 4 + (1 << 20);
  if (is_gzip(bytes)) bytes = await inflate(bytes, most, entry.file);
  const head = read(bytes, entry.file);
  let voxels = bytes.subarray(head.offset);
  if (head.file !== null) voxels = await fetch_bytes(beside(entry, head.file), signal, progress);
  if (head.encoding === 'gzip') voxels = await inflate(voxels, most, entry.file);
  if (head.size.join() !== entry.size.join() || head.volumes !== entry.volumes)
    throw new Unreadable(`The file holds ${head.size.join(' × ')} × ${head.volumes} voxels, volumes.json says ${entry.size.join(' × ')} × ${entry.volumes}: ` +
      'they are of two runs. `dcmflow verify` tells which files do not belong together.');
  return new Image({...head, placed: head.placed && entry.placed}, voxels);
}

// The file with the voxels: one that volumes.json lists for this image, in the same folder.
function beside(entry, name) {
  const path = entry.file.includes('/') && !name.includes('/') ? entry.file.replace(/[^/]*$/, '') + name : name;
  if (!entry.files.includes(path)) throw new Unreadable(`Its header names ${name}, which is no file of this image.`);
  return path;
}
