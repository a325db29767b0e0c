#!/bin/sh
# Nexmark query 7, highest bid: which bid is the highest of each ten seconds? Equal ones come out all.
# Columns: auction, price, bidder, time in milliseconds since 1970.
exec bourn window "$1" --type Bid --tumbling 10s --summary none --format csv \
    -a 'bids=at_max(.data.price; [.data.auction, .data.price, .data.bidder, (.timestamp | fromdate * 1000 | floor)])' \
    --select '.bids[]'
