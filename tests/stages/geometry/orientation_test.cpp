#include "stages/geometry/orientation.h"

#include <gmock/gmock.h>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

TEST(MakeOrientation, TakesRowCrossColumnAsNormal) {
  const auto o = make_orientation({1, 0, 0, 0, 1, 0}, 1e-3);
  ASSERT_TRUE(o);
  EXPECT_THAT(o->normal, testing::ElementsAre(0, 0, 1));
  EXPECT_THAT(make_orientation({1, 0, 0, 0, 0, -1}, 1e-3)->normal, testing::ElementsAre(0, 1, 0));
}

TEST(MakeOrientation, MakesNearlyOrthonormalAxesOrthonormal) {
  const auto o = make_orientation({0.9999, 0.0005, 0, 0, 1.0003, 0.0004}, 1e-3);
  ASSERT_TRUE(o);
  EXPECT_NEAR(norm(o->row), 1, 1e-15);
  EXPECT_NEAR(norm(o->column), 1, 1e-15);
  EXPECT_NEAR(dot(o->row, o->column), 0, 1e-15);
}

TEST(MakeOrientation, RefusesWhatIsNoPairOfAxes) {
  EXPECT_FALSE(make_orientation({0, 0, 0, 0, 0, 0}, 1e-3));
  EXPECT_FALSE(make_orientation({1, 0, 0, 1, 0, 0}, 1e-3));
  EXPECT_FALSE(make_orientation({2, 0, 0, 0, 1, 0}, 1e-3));
}

TEST(AngleDeg, IsPreciseForSmallAngles) {
  const auto a = *make_orientation({1, 0, 0, 0, 1, 0}, 1e-3);
  const double tiny = 1e-7;
  const auto b = *make_orientation(
      {std::cos(tiny), std::sin(tiny), 0, -std::sin(tiny), std::cos(tiny), 0}, 1e-3);
  EXPECT_NEAR(angle_deg(a, b), tiny * 57.29577951308232, 1e-12);
}

TEST(PlaneName, NamesThePlaneByItsNormal) {
  EXPECT_EQ(plane_name({0, 0, -1}), "Axial");
  EXPECT_EQ(plane_name({0, 0.9, 0.436}), "Coronal");
  EXPECT_EQ(plane_name({1, 0, 0}), "Sagittal");
  EXPECT_EQ(plane_name(normalised({1, 1, 0})), "Oblique");
  EXPECT_EQ(plane_name({0, 0.6, 0.8}), "Oblique");  // more than 0.8 is near an axis
}

TEST(MakeOrientation, SharesTheErrorOfRoundedCosinesBetweenBothAxes) {
  const std::array<double, 6> rounded{0.71, 0.5, -0.5, -0.02, 0.72, 0.7};
  EXPECT_FALSE(make_orientation(rounded, 1e-3));
  const auto o = make_orientation(rounded, 0.02);
  ASSERT_TRUE(o);
  EXPECT_NEAR(dot(o->row, o->column), 0, 1e-15);
  EXPECT_NEAR(norm(o->normal), 1, 1e-15);
  const Vector3 row = normalised({0.71, 0.5, -0.5});
  const Vector3 column = normalised({-0.02, 0.72, 0.7});
  EXPECT_NEAR(dot(o->row, row), dot(o->column, column), 1e-12);
}

TEST(WithNormal, TurnsTheAxesByNoMoreThanNeeded) {
  const auto o = *make_orientation({1, 0, 0, 0, 1, 0}, 1e-3);
  const Vector3 normal = normalised({0.01, 0, 1});
  const auto turned = with_normal(o, normal);
  EXPECT_NEAR(dot(turned.normal, normal), 1, 1e-15);
  EXPECT_THAT(turned.column,
              testing::ElementsAre(testing::DoubleNear(0, 1e-12), testing::DoubleNear(1, 1e-12),
                                   testing::DoubleNear(0, 1e-12)));
}

}  // namespace
}  // namespace dcmflow
