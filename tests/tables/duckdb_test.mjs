// The tables of a run, opened in DuckDB without a network: the same rows in both forms, those of the JSON files.
// usage: node duckdb_test.mjs CSV NDJSON, the output folders of runs with --tables csv and ndjson
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {DuckDBInstance} from '@duckdb/node-api';

const [csv, ndjson] = process.argv.slice(2);
const database = await DuckDBInstance.create(':memory:', {autoinstall_known_extensions: 'false', autoload_known_extensions: 'false'});
const connection = await database.connect();

async function rows(sql) {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

for (const table of ['series', 'instances', 'images']) {
  const [of_csv, of_ndjson] = [`read_csv('${csv}/${table}.csv', all_varchar = true)`, `read_json('${ndjson}/${table}.ndjson')`];
  const columns = async (source) => (await rows(`DESCRIBE SELECT * FROM ${source}`)).map((row) => row.column_name);
  assert.deepEqual(await columns(of_csv), await columns(of_ndjson), table);
  const counts = await Promise.all([of_csv, of_ndjson].map((source) => rows(`SELECT count(*) AS n FROM ${source}`)));
  assert.deepEqual(counts[0], counts[1], table);
  assert.ok(Number(counts[0][0].n) > 0, table);
  const key = {series: 'SeriesInstanceUID', instances: 'SOPInstanceUID', images: 'file'}[table];
  const keys = await Promise.all([of_csv, of_ndjson].map((source) => rows(`SELECT ${key} AS k FROM ${source} ORDER BY k`)));
  assert.deepEqual(keys[0], keys[1], table);
  console.log(`${table}: ${counts[0][0].n} rows`);
}

const volumes = JSON.parse(readFileSync(`${ndjson}/volumes.json`, 'utf8')).volumes;
const images = await rows(`SELECT file, "columns", "rows", slices FROM read_json('${ndjson}/images.ndjson') ORDER BY file`);
const told = volumes.map((one) => [one.file, ...one.dimensions.slice(0, 3).map(String)]).sort((a, b) => (a[0] < b[0] ? -1 : 1));
assert.deepEqual(images.map((row) => [row.file, row.columns, row.rows, row.slices].map(String)), told);
const per_modality = await rows(`SELECT s.Modality AS modality, count(*) AS n FROM read_json('${ndjson}/images.ndjson') i
  JOIN read_json('${ndjson}/series.ndjson') s USING (StudyInstanceUID, SeriesInstanceUID) GROUP BY ALL`);
assert.equal(per_modality.reduce((sum, row) => sum + Number(row.n), 0), volumes.length);
