#!/bin/sh
# Nexmark query 5, hot items: which auctions have had the most bids in the last ten seconds, asked every two seconds?
# Auctions with equally many bids come out all. Columns: start of the window in milliseconds since 1970, auction, bids.
exec bourn window "$1" --type Bid --hopping 10s/2s --by .data.auction -a 'bids=count()' --summary none \
    --top 1 --ties --per-window --format csv \
    --select '[(.window.start | fromdate * 1000 | floor), .key.auction, .bids]'
