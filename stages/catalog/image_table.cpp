#include "stages/catalog/image_table.h"

#include "stages/catalog/json_writer.h"
#include "stages/catalog/names.h"
#include "stages/formats/formats.h"
#include "stages/write_image.h"

namespace dcmflow {

std::vector<std::string> image_columns() {
  return {"file",
          "StudyInstanceUID",
          "SeriesInstanceUID",
          "main",
          "split_reason",
          "columns",
          "rows",
          "slices",
          "volumes",
          "dimension",
          "column_spacing",
          "row_spacing",
          "slice_spacing",
          "origin_x",
          "origin_y",
          "origin_z",
          "voxel_type",
          "least",
          "greatest",
          "verdict",
          "flags",
          "max_corner_error_mm",
          "sha256"};
}

std::vector<Cell> image_cells(const ImageFile& image) {
  const Stack& stack = *image.stack;
  const Grid& grid = stack.grid;
  auto flags = JsonWriter::to_text();
  flags.values(stack.flags);
  auto flags_text = flags.take_text();
  flags_text.pop_back();
  return {cell(image.name),
          cell(stack.series->study_instance_uid),
          cell(stack.series->series_instance_uid),
          cell(stack.is_main),
          cell_or_none(stack.split_reason),
          cell(grid.size[0]),
          cell(grid.size[1]),
          cell(grid.size[2]),
          cell(stack.volumes),
          cell_or_none(stack.dimension),
          cell(grid.spacing[0]),
          cell(grid.spacing[1]),
          cell(grid.spacing[2]),
          cell(grid.origin[0]),
          cell(grid.origin[1]),
          cell(grid.origin[2]),
          cell(voxel_type_name(image.type)),
          cell(image.values.least),
          cell(image.values.greatest),
          cell(verdict_name(stack.verdict)),
          flags_text,
          cell(stack.max_corner_error_mm),
          cell_or_none(image.sha256)};
}

}  // namespace dcmflow
