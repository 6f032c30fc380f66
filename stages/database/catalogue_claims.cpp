#include "stages/database/catalogue_claims.h"

#include <cstddef>

namespace dcmflow {

Status read_catalogue_claims(const Database& database, CatalogueClaims& claims) {
  auto images = database.prepare(
      "SELECT i.name, i.sha256, i.columns, i.rows, i.slices, i.volumes, "
      "(SELECT count(*) FROM slices l WHERE l.image = i.id), f.name, f.size, i.column_spacing, "
      "i.row_spacing, i.slice_spacing, i.origin_x, i.origin_y, i.origin_z "
      "FROM images i JOIN image_files f ON f.image = i.id");
  if (!images) return images.problem();
  for (;;) {
    const auto row = images->next();
    if (!row) return row.problem();
    if (!*row) return Done{};
    CatalogueClaim& image = claims[images->text(0)];
    image.sha256 = images->text(1);
    for (int i = 0; i < 4; ++i)
      image.dimensions[static_cast<std::size_t>(i)] = images->integer(2 + i);
    image.slices = images->integer(6);
    image.sizes[images->text(7)] = images->integer(8);
    for (int i = 0; i < 3; ++i) {
      image.spacing[static_cast<std::size_t>(i)] = images->real(9 + i);
      image.origin[static_cast<std::size_t>(i)] = images->real(12 + i);
    }
  }
}

}  // namespace dcmflow
