if $e.eventType == "MoneyWithdrawn" then . - $e.data.amount else . + $e.data.amount end
