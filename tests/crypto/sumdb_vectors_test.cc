// SPDX-License-Identifier: Apache-2.0
//
// Somebody else's word for it: keys, notes, proofs and tiles made with golang.org/x/mod v0.42.0 (sumdb/note
// and sumdb/tlog), and committed as they came. The tree is of 70,000 leaves, "entry 0" to "entry 69999".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "crypto/checkpoint.h"
#include "crypto/encoding.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/tile.h"

namespace chirograph::sumdb_vectors_test {
namespace {

constexpr std::string_view kLogSigner =
    "PRIVATE+KEY+chirograph.example/go+426ed341+AXl928mluaUc+p+Mn6o2+BwFqrx4SCfqIVTfU2hr+sij";
constexpr std::string_view kLogKey =
    "chirograph.example/go+426ed341+AdtHT9n4S9Tk6wzYz45y2peQvb3QR5trWQpwSWqUmqOF";
constexpr std::string_view kWitnessSigner =
    "PRIVATE+KEY+witness.example/w1+45b82efc+AfgvBOQADm5YYmnIwFcU++81THSVMKGOqzHqbOtsIgcr";
constexpr std::string_view kWitnessKey =
    "witness.example/w1+45b82efc+AeCIq+x9ci3nNXKTg8Z24RnphlTwo+RNzFYUrTzl+Vph";

constexpr std::string_view kPoem =
    "Ognuno sta solo\n"
    "\n"
    "ed \u00e8 subito sera.\n"
    "\n"
    "\u2014 chirograph.example/go "
    "Qm7TQRziJtrteyf2AoC4/qwuUhVZk0nMvrxbcHjjx0pA58hOiEfiGM83uzdhoKHqwmmiCGiUstzhf+EzJWfevVtALQg=\n";

constexpr std::string_view kCheckpoint =
    "chirograph.example/go\n"
    "70000\n"
    "o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=\n"
    "\n"
    "\u2014 chirograph.example/go "
    "Qm7TQT72KVFOWcXJJYVvUCMpmkanXUw8Ke/36PyRF+uzXSqj4yHSysDGZozjn46bITTqFN5dbR50dR39E+k7gXKEAQk=\n"
    "\u2014 witness.example/w1 "
    "Rbgu/GRVcE9UZ8prcqIlclBNRBSM6vHPHUOx0BIHpuhfqimX+1flgdzTXi78hLcwCrdgsfu4R8clrtNjIVUeuskbGgE=\n";

// tlog.ProveRecord(70000, 12345).
constexpr std::string_view kInclusion12345[] = {
    "Tgi/BfSyGAkVQqOg5VCAEuPA39qOO2Cv9RlYVvOgkZc=", "V6fLaXEU85bckTwnqrQZEKxYWfhS4wXLKn714m/7930=",
    "RidJZFEG9CVynDisL18DNvXoeKodCOYbcYQYOvf4TkE=", "85t9/3na5oSilRWl4bxj9sOqXd7kJPOR5+hTfXyOl2Q=",
    "rlKxFcJ4lGA2aCzx60ykVlrMGyB+c+5JlwUbLm+jvfg=", "OcYx3mcjBmlfELUV+d08lN2pE45QKWg67uatErFrCHg=",
    "q+vcBggGOiwaibeDW3U5xzbbKaXGUfVDaK3lrUTYTLE=", "vSAX2q4RrUD46BHdErLDnxYU/Wuc5rw27/gw3CeEclA=",
    "59YXiuGLSWzdQ2VylCSkSnWfjoARKiJ8wwfo7a+IFfE=", "AtlYSg6si/u/z+ZT2ID105JaCsUqUFOikzC63SIRwLs=",
    "eTvcMap/dsLUYpzbyIUDJJp04HaWCrEmzcE4rF7Kosg=", "sF4quWghbxDSATaUwOVw+nJ5MLKxIA9UkMpnP1vvi+Y=",
    "anehNP7LMb9++0sCzOgotuDxQIMzqMylzeww9LOcaPU=", "NQx6u1OF2gGid7++JQA96w9/yTXRYu8MNTWAg5lJuaM=",
    "7zSaqkObRMAO1qOg+ktwexHMlkXo+y4RsS3uP4aL5Dk=", "5sRRf2NUQ4GZfCdVpMuz3r8npIpNTQrDPtqeuQfsv7c=",
    "ZHPyH93cvLa/pAO0SsCXjVF3MZFqKPt4kGTwN1K/HQM="};

// tlog.ProveTree(70000, 1000).
constexpr std::string_view kConsistency1000[] = {
    "rDH6awjtIdGZhqp8F169KkIlfVLh4PrrNMOYhxXKCqM=", "7pyPwr8fqdQS4bGfOgxhcqTQxs5g3GsiPxyIjaq3efc=",
    "LyRP3WovAtfRWPOGQHg/u1ihH5YYxfE5X6tnUSSeJ5o=", "m4/yjPaqOVAiWjGjL745NknFjfngzQJ3uYPKzYIIalg=",
    "DWDe2wczlWpro9ae5v9X+k3dw1JGwI62x57j956mitM=", "ylFfuPWOJjkerEOsgxTcRknZe1Nnzav9njRFtt5ISZI=",
    "k9pJNZFHSVnKwKaCayEIxku4oi30S/6/njGup+WMXy4=", "xtuUnnbP1dYUB8c6SBkhJlqwJOphMdAtxrcN79/U+to=",
    "0b7LXOAwfSezzp2uo8qgPu+2xdA+A+xFVuGxdr/Nuxw=", "Z5sctqI+Cou6XBxcZsVg/MBgXDw9obslefQU+Jgiim0=",
    "MHXBLd5zWIlvY330y5ieUKSb5ZEwlu8HHWASF2jIW9M=", "8tZ4V3f/KDRPFGWXf9xxl8d/w91+iJIH57rbY4MK0RQ=",
    "7zSaqkObRMAO1qOg+ktwexHMlkXo+y4RsS3uP4aL5Dk=", "5sRRf2NUQ4GZfCdVpMuz3r8npIpNTQrDPtqeuQfsv7c=",
    "ZHPyH93cvLa/pAO0SsCXjVF3MZFqKPt4kGTwN1K/HQM="};

struct TileVector {
  TileId id;
  int width;
  std::string_view path;    // tlog.Tile.Path() without the height
  std::string_view sha256;  // of tlog.ReadTileData
};
constexpr TileVector kTiles[] = {
    {{0, 0}, 256, "tile/0/000", "b0f6ca2ff42508faf8c6bb4ea8bb9c74243b19d4174fdc4fd17bdad9099e605e"},
    {{0, 273}, 112, "tile/0/273.p/112", "e31da4e768fc0d0f1f1f0046a1c4b68d71326b04a07951a7d3dcefef0de9b8cd"},
    {{1, 0}, 256, "tile/1/000", "44f879be76da41edaf37c0d67303fbd25f2ea44be93285b320561fbaaaaabbfa"},
    {{1, 1}, 17, "tile/1/001.p/17", "5a8eb2fe63c90ddf7fd813d165c04fa79d6eca48534b61bd312fcd2d1cf0aef3"},
    {{2, 0}, 1, "tile/2/000.p/1", "7e27fb89709243536fe26030f273fc9f7a73443f5e7ec296b3053aa520623e76"}};

class StoredTiles : public TileReader {
 public:
  absl::StatusOr<std::string> ReadTile(TileId id, int) const override { return tiles.at(id); }
  std::map<TileId, std::string> tiles;
};

std::vector<std::string> InBase64(const std::vector<Digest>& hashes) {
  std::vector<std::string> texts;
  for (const Digest& hash : hashes) texts.push_back(Base64Encode(AsBytes(hash)));
  return texts;
}

TEST(SumdbVectorsTest, KeysAreTheSame) {
  EXPECT_EQ(NoteSigner::Parse(kLogSigner)->verifier().vkey(), kLogKey);
  EXPECT_EQ(NoteSigner::Parse(kWitnessSigner)->verifier().vkey(), kWitnessKey);
  EXPECT_EQ(NoteVerifier::Parse(kLogKey)->key_id(), 0x426ed341u);
}

TEST(SumdbVectorsTest, SignsThePoemAlikeAndOpensIt) {
  const NoteSigner signer = NoteSigner::Parse(kLogSigner).value();
  const absl::StatusOr<OpenedNote> opened = OpenNote(kPoem, std::vector{signer.verifier()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->text, "Ognuno sta solo\n\ned \u00e8 subito sera.\n");
  EXPECT_EQ(signer.Sign(opened->text).value(), kPoem);
}

TEST(SumdbVectorsTest, OpensTheWitnessedCheckpoint) {
  const NoteVerifier log = NoteVerifier::Parse(kLogKey).value();
  const NoteVerifier witness = NoteVerifier::Parse(kWitnessKey).value();
  EXPECT_THAT(OpenNote(kCheckpoint, std::vector{witness, log})->signers,
              testing::ElementsAre("chirograph.example/go", "witness.example/w1"));
  const absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(kCheckpoint, log);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "chirograph.example/go");
  EXPECT_EQ(checkpoint->tree_size, 70'000u);
}

TEST(SumdbVectorsTest, TheTreeOf70000IsTheSame) {
  TileEdge edge;
  for (int i = 0; i < 70'000; ++i) edge.Append(LeafHash("entry " + std::to_string(i)));
  const Checkpoint checkpoint = OpenCheckpoint(kCheckpoint, NoteVerifier::Parse(kLogKey).value()).value();
  EXPECT_EQ(edge.RootHash(), checkpoint.root_hash);

  StoredTiles store;
  for (auto& [id, hashes] : edge.TakeChangedTiles()) store.tiles[id] = hashes;
  EXPECT_EQ(store.tiles.size(), 273u + 1 + 1 + 1 + 1);
  for (const TileVector& tile : kTiles) {
    EXPECT_EQ(TilePath(tile.id, tile.width), tile.path);
    EXPECT_EQ(TileWidthAt(tile.id, 70'000), tile.width);
    EXPECT_EQ(ToHex(Sha256(store.tiles[tile.id])), tile.sha256) << tile.path;
  }
  EXPECT_THAT(InBase64(ProveInclusion(12345, 70'000, store).value()),
              testing::ElementsAreArray(kInclusion12345));
  EXPECT_THAT(InBase64(ProveConsistency(1000, 70'000, store).value()),
              testing::ElementsAreArray(kConsistency1000));
}

}  // namespace
}  // namespace chirograph::sumdb_vectors_test
