# SPDX-License-Identifier: Apache-2.0
"""Compares each file of a mirror with what a server has under the same path: same_files.py FOLDER URL."""
import os
import sys
import urllib.request

folder, url = sys.argv[1:]
compared = 0
for parent, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(parent, name)
        with open(path, "rb") as file, urllib.request.urlopen(f"{url}/{os.path.relpath(path, folder)}") as answer:
            if file.read() != answer.read():
                sys.exit(f"{path} is not what is served")
            compared += 1
print(f"{compared} files are the same")
sys.exit(0 if compared else 1)
