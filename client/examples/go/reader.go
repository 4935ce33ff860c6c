// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxBytes   = 32 << 20 // over the largest entry bundle
)

// logReader reads a log's files, and is the tlog.TileReader of its tiles. Those that tlog found to be of the tree are
// not read again.
type logReader struct {
	base  string
	http  *http.Client // nil for a folder
	saved map[tlog.Tile][]byte
}

func newLogReader(base string) *logReader {
	reader := &logReader{base: strings.TrimSuffix(base, "/"), saved: make(map[tlog.Tile][]byte)}
	if strings.HasPrefix(base, "http://") || strings.HasPrefix(base, "https://") {
		reader.http = &http.Client{Timeout: 30 * time.Second}
	}
	return reader
}

// read answers with one file's bytes. What is not there is an error that is fs.ErrNotExist.
func (r *logReader) read(path string) ([]byte, error) {
	if r.http == nil {
		return os.ReadFile(filepath.Join(r.base, filepath.FromSlash(path)))
	}
	response, err := r.http.Get(r.base + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%s/%s: %w", r.base, path, fs.ErrNotExist)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s/%s: %s", r.base, path, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxBytes))
}

// path is where C2SP tlog-tiles has a tile: the checksum database's path without the height, and `entries` for `data`.
func path(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// readTile answers with a tile. A partial one may be gone once there is the full one, which begins with it.
func (r *logReader) readTile(tile tlog.Tile) ([]byte, error) {
	data, err := r.read(path(tile))
	if errors.Is(err, fs.ErrNotExist) && tile.W < tileWidth {
		tile.W = tileWidth
		data, err = r.read(path(tile))
	}
	return data, err
}

func (r *logReader) entryBundle(n int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: -1, N: n, W: width}
	data, err := r.readTile(tile)
	if err != nil {
		return nil, err
	}
	entries, err := splitBundle(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path(tile), err)
	}
	if len(entries) < width {
		return nil, fmt.Errorf("%s has %d entries where %d are due", path(tile), len(entries), width)
	}
	return entries[:width], nil
}

func (r *logReader) Height() int { return tileHeight }

func (r *logReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, known := r.saved[tile]
		if !known {
			var err error
			if data, err = r.readTile(tile); err != nil {
				return nil, err
			}
			if len(data) < tile.W*tlog.HashSize {
				return nil, fmt.Errorf("%s has %d bytes where %d are due", path(tile), len(data), tile.W*tlog.HashSize)
			}
		}
		all[i] = data[:tile.W*tlog.HashSize]
	}
	return all, nil
}

func (r *logReader) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		r.saved[tile] = data[i]
	}
}
