// A foreign verifier: golang.org/x/mod/sumdb opens our checkpoints and checks and re-makes our proofs.
// Reads one JSON document on standard input, prints "ok" and how much it checked, or says what is wrong.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type record struct {
	Index int64
	Proof tlog.RecordProof
}

type extension struct {
	Old     int64
	OldRoot tlog.Hash
	Proof   tlog.TreeProof
}

type given struct {
	Vkey       string
	Checkpoint string
	Entries    [][]byte
	Stored     []tlog.Hash
	Records    []record
	Extensions []extension
	Tiles      map[string][]byte
}

func stop(what string, err error) {
	if err != nil {
		fmt.Println(what, err)
		os.Exit(1)
	}
}

func main() {
	var in given
	stop("input:", json.NewDecoder(os.Stdin).Decode(&in))
	verifier, err := note.NewVerifier(in.Vkey)
	stop("key:", err)
	opened, err := note.Open([]byte(in.Checkpoint), note.VerifierList(verifier))
	stop("note:", err)
	// ParseTree insists on the first line of the Go checksum database.
	_, rest, _ := strings.Cut(opened.Text, "\n")
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	stop("tree:", err)

	// The stored hashes and the root, made anew from the entries.
	var store []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for place, index := range indexes {
			found[place] = store[index]
		}
		return found, nil
	})
	for index, entry := range in.Entries {
		hashes, err := tlog.StoredHashes(int64(index), entry, read)
		stop("store:", err)
		store = append(store, hashes...)
	}
	if len(store) != len(in.Stored) {
		stop("store:", fmt.Errorf("%d hashes, not %d", len(store), len(in.Stored)))
	}
	for place := range store {
		if store[place] != in.Stored[place] {
			stop("store:", fmt.Errorf("hash %d differs", place))
		}
	}
	root, err := tlog.TreeHash(tree.N, read)
	stop("root:", err)
	if root != tree.Hash {
		stop("root:", fmt.Errorf("differs"))
	}

	for _, one := range in.Records {
		leaf := tlog.RecordHash(in.Entries[one.Index])
		stop("record:", tlog.CheckRecord(one.Proof, tree.N, tree.Hash, one.Index, leaf))
		theirs, err := tlog.ProveRecord(tree.N, one.Index, read)
		stop("record:", err)
		if fmt.Sprint(theirs) != fmt.Sprint(one.Proof) {
			stop("record:", fmt.Errorf("another proof for %d", one.Index))
		}
	}
	for _, one := range in.Extensions {
		stop("extension:", tlog.CheckTree(one.Proof, tree.N, tree.Hash, one.Old, one.OldRoot))
		theirs, err := tlog.ProveTree(tree.N, one.Old, read)
		stop("extension:", err)
		if fmt.Sprint(theirs) != fmt.Sprint(one.Proof) {
			stop("extension:", fmt.Errorf("another proof from %d", one.Old))
		}
	}
	compared := 0
	// Go lists every width that a partial tile ever had; a log of this size has the last ones.
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		theirs, err := tlog.ReadTileData(tile, read)
		stop("tile:", err)
		// "tile/8/0/000" to Go, "tile/0/000" to C2SP.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		if ours, there := in.Tiles[path]; there {
			compared++
			if !bytes.Equal(theirs, ours) {
				stop("tile:", fmt.Errorf("%s differs", path))
			}
		}
	}
	if compared != len(in.Tiles) {
		stop("tile:", fmt.Errorf("Go knows %d of %d tiles", compared, len(in.Tiles)))
	}
	fmt.Println("ok", len(in.Records), len(in.Extensions), len(in.Tiles))
}
