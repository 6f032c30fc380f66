// What can be shown: the images of volumes.json, with what dicom-metadata.json says of their series.
import {address} from './load_image.js';

async function fetch_json(path) {
  const answer = await fetch(address(path), {cache: 'no-cache'});
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  return answer.json();
}

function text(value) {
  const one = Array.isArray(value) ? value[0] : value;
  return one === null || one === undefined ? '' : String(one);
}

function first_number(value) {
  const number = Number(Array.isArray(value) ? value[0] : value ?? NaN);
  return Number.isFinite(number) && text(value) !== '' ? number : null;
}

// An attribute stands at the highest level where it is the same for all (docs/outputs.md).
function finder(...levels) {
  return (keyword) => levels.find((level) => level?.[keyword] !== undefined && level[keyword] !== null)?.[keyword];
}

// [low, high] of the VOI LUT of the middle slice (PS3.3 C.11.2), where it shows something of the image.
function window_of_header(find, [least, greatest]) {
  const center = first_number(find('WindowCenter')), width = first_number(find('WindowWidth'));
  if (center === null || width === null || !(width >= 1)) return null;
  const [low, high] = [center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2];
  return low < high && high > least && low < greatest ? [low, high] : null;
}

function entry_of(volume, study, series) {
  const middle = volume.slices[Math.floor(volume.slices.length / 2)]?.sop_instance_uid;
  const instance = series?.instances?.find((one) => one.SOPInstanceUID === middle) ?? series?.instances?.[0];
  const find = finder(instance, series, study);
  const description = text(find('SeriesDescription'));
  const number = text(find('SeriesNumber'));
  const segment = volume.segment ? volume.segment.label || `segment ${volume.segment.number}` : '';
  return {
    file: volume.file, files: volume.files, study: volume.study, series: volume.series, main: volume.main,
    size: volume.dimensions, volumes: volume.volumes, volume_keys: volume.volume_keys, dimension: volume.dimension, time_step: volume.time_step_s,
    placed: volume.placed, type: volume.voxel_type, range: volume.value_range,
    number, description, modality: text(find('Modality')), space: text(find('FrameOfReferenceUID')),
    note: segment || (volume.split_reason ?? ''), window: window_of_header(find, volume.value_range),
    title: number || description ? `${number ? `${number} · ` : ''}${description || 'no description'}` : volume.file,
  };
}

function date(digits) {
  return digits.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

// "Doe^Jane" → "Doe, Jane"; of several groups the first (PS3.5 6.2.1).
function person(name) {
  return name.split('=')[0].split('^').map((part) => part.trim()).filter(Boolean).join(', ');
}

function study_title(study, uid) {
  const parts = [text(study?.StudyDescription), date(text(study?.StudyDate)), person(text(study?.PatientName)), text(study?.PatientID)].filter(Boolean);
  return parts.length > 0 ? parts.join(' · ') : `Study ${uid}`;
}

function by_number(a, b) {
  return (Number(a.number) || Infinity) - (Number(b.number) || Infinity) || Number(b.main) - Number(a.main);
}

// [{uid, title, entries}], studies in the order of volumes.json. Descriptions are missing where dicom-metadata.json is.
export async function load_entries() {
  const [volumes, metadata] = await Promise.all([fetch_json('volumes.json'), fetch_json('dicom-metadata.json').catch(() => ({studies: []}))]);
  const known = new Map(metadata.studies.map((study) => [study.StudyInstanceUID, study]));
  const series = new Map();
  for (const study of metadata.studies)
    for (const one of study.series) series.set(`${study.StudyInstanceUID}\n${one.SeriesInstanceUID}`, one);
  const studies = new Map();
  for (const volume of volumes.volumes) {
    const study = known.get(volume.study);
    if (!studies.has(volume.study)) studies.set(volume.study, {uid: volume.study, title: study_title(study, volume.study), entries: []});
    studies.get(volume.study).entries.push(entry_of(volume, study, series.get(`${volume.study}\n${volume.series}`)));
  }
  for (const study of studies.values()) study.entries.sort(by_number);
  return [...studies.values()];
}
