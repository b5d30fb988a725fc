-- Within a customer and channel nothing that may not be used ranks before what may, or before what
-- would be used but for its holdout.
with customer_tactics as (
    select
        customer_key,
        channel,
        rank,
        coalesce(suppression_reason, 'holdout') = 'holdout' as is_usable
    from {{ ref('customer_tactics') }}
)

select
    suppressed.customer_key,
    suppressed.channel
from customer_tactics as suppressed
inner join customer_tactics as usable
    on
        suppressed.customer_key = usable.customer_key
        and suppressed.channel = usable.channel
        and suppressed.rank < usable.rank
where
    not suppressed.is_usable
    and usable.is_usable
