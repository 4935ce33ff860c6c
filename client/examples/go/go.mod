// SPDX-License-Identifier: Apache-2.0
module chirograph.example/checklog

go 1.19

require golang.org/x/mod v0.20.0
