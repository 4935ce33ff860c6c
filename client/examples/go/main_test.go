// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "test.example/log"

func write(t *testing.T, folder, name string, data []byte) {
	t.Helper()
	file := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A logKey signs checkpoints (secret), and opens them (public).
type logKey struct{ secret, public string }

func makeKey(t *testing.T) logKey {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	return logKey{secret, public}
}

// writeLog makes the files of a log of that many entries, and returns its folder.
func writeLog(t *testing.T, size int64, key logKey, text string) string {
	t.Helper()
	folder := t.TempDir()
	var stored []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	bundles := make(map[int64][]byte)
	for i := int64(0); i < size; i++ {
		entry := []byte(fmt.Sprintf("%s %d%s", text, i, strings.Repeat(".", int(i%300))))
		more, err := tlog.StoredHashes(i, entry, hashes)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		bundle := append(bundles[i/tileWidth], byte(len(entry)>>8), byte(len(entry)))
		bundles[i/tileWidth] = append(bundle, entry...)
	}
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		data, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			t.Fatal(err)
		}
		write(t, folder, path(tile), data)
		if tile.L == 0 {
			tile.L = -1
			write(t, folder, path(tile), bundles[tile.N])
		}
	}
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(key.secret)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%v\n", origin, size, root)}, signer)
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "checkpoint", signed)
	return folder
}

func TestPathsAreThoseOfTlogTiles(t *testing.T) {
	for want, tile := range map[string]tlog.Tile{
		"tile/0/000":             {H: 8, L: 0, N: 0, W: 256},
		"tile/1/x001/x234/067":   {H: 8, L: 1, N: 1234067, W: 256},
		"tile/0/x001/067.p/3":    {H: 8, L: 0, N: 1067, W: 3},
		"tile/entries/x001/067":  {H: 8, L: -1, N: 1067, W: 256},
		"tile/entries/000.p/255": {H: 8, L: -1, N: 0, W: 255},
	} {
		if got := path(tile); got != want {
			t.Errorf("%v is at %s where it should be at %s", tile, got, want)
		}
	}
}

func TestProvesLogsOfEverySort(t *testing.T) {
	for _, size := range []int64{0, 1, 2, 255, 256, 257, 1000, 65600} {
		key := makeKey(t)
		folder := writeLog(t, size, key, "entry")
		if err := checkLog(newLogReader(folder), key.public, ""); err != nil {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

func TestReadsOverHTTPAndTakesTheFullTileForAPartialOne(t *testing.T) {
	key := makeKey(t)
	folder := writeLog(t, 700, key, "entry")
	checkpoint, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	// What the log looks like to somebody who has its checkpoint of 700, once it has grown to 768.
	for _, name := range []string{"tile/0/002", "tile/entries/002"} {
		full, err := os.ReadFile(filepath.Join(folder, name+".p/188"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(folder, name+".p")); err != nil {
			t.Fatal(err)
		}
		write(t, folder, name, append(full, make([]byte, 68*32)...)) // as entries: 1,088 empty ones
	}
	write(t, folder, "checkpoint", checkpoint)
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer server.Close()
	if err := checkLog(newLogReader(server.URL+"/"), key.public, ""); err != nil {
		t.Error(err)
	}
}

// Each byte of each file counts: with one bit of it changed, the log is not proved.
func TestAnyChangedBitIsSeen(t *testing.T) {
	key := makeKey(t)
	folder := writeLog(t, 600, key, "entry")
	files := 0
	err := filepath.Walk(folder, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, at := range []int{0, 1, 40 % len(data), len(data) / 2, len(data) - 33, len(data) - 2} {
			if at < 0 {
				continue
			}
			changed := append([]byte(nil), data...)
			changed[at] ^= 1
			if err := os.WriteFile(file, changed, 0o644); err != nil {
				return err
			}
			if err := checkLog(newLogReader(folder), key.public, ""); err == nil {
				t.Errorf("byte %d of %s was changed, and nothing was noticed", at, file)
			}
		}
		return os.WriteFile(file, data, 0o644)
	})
	if err != nil || files != 8 {
		t.Fatalf("%d files, %v", files, err)
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	folder := writeLog(t, 3, makeKey(t), "entry")
	if err := checkLog(newLogReader(folder), makeKey(t).public, ""); err == nil {
		t.Error("a checkpoint was opened with another log's key")
	}
}

func TestAnOlderCheckpointMustBeExtended(t *testing.T) {
	key := makeKey(t)
	log := writeLog(t, 300, key, "entry")
	for older, want := range map[string]string{
		writeLog(t, 200, key, "entry"):              "",
		log:                                         "",
		writeLog(t, 0, key, "entry"):                "",
		writeLog(t, 200, key, "another entry"):      "CONTRADICTS",
		writeLog(t, 300, key, "another entry"):      "CONTRADICTS",
		writeLog(t, 301, key, "entry"):              "is of size 301",
		writeLog(t, 200, makeKey(t), "entry"):       "the checkpoint in",
		filepath.Join(t.TempDir(), "there-is-none"): "no such file",
	} {
		err := checkLog(newLogReader(log), key.public, filepath.Join(older, "checkpoint"))
		if want == "" && err != nil {
			t.Errorf("%s: %v", older, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, where %q was expected", older, err, want)
		}
	}
}
