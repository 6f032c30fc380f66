#include "stages/database/network_folder.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace dcmflow {
namespace {

// statfs(2), f_type.
constexpr std::array<std::uint32_t, 16> network_types{
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB2
    0x65735546,  // FUSE, virtiofs
    0x01021997,  // 9P
    0x00C36400,  // Ceph
    0x0BD00BD0,  // Lustre
    0x47504653,  // GPFS
    0x5346414F,  // AFS
    0x6B414653,  // kAFS
    0x73757245,  // Coda
    0x7461636F,  // OCFS2
    0x01161970,  // GFS2
    0x20030528,  // OrangeFS
    0x19830326,  // BeeGFS
};

}  // namespace

bool is_on_network(const std::string& folder) {
  struct statfs found {};
  if (statfs(folder.c_str(), &found) != 0) return false;
  return std::ranges::find(network_types, static_cast<std::uint32_t>(found.f_type)) !=
         network_types.end();
}

}  // namespace dcmflow
