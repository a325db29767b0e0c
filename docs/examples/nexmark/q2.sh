#!/bin/sh
# Nexmark query 2, selection: which bids are for one of some auctions, here every 123rd?
# Columns: auction, price.
exec bourn cat "$1" --type Bid --where '.data.auction % 123 == 0' --format csv \
    --select '[.data.auction, .data.price]'
