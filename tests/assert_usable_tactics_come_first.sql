-- Within a customer and channel no suppressed tactic ranks before one that may be used.
select
    suppressed.customer_key,
    suppressed.channel
from {{ ref('customer_tactics') }} as suppressed
inner join {{ ref('customer_tactics') }} as usable
    on
        suppressed.customer_key = usable.customer_key
        and suppressed.channel = usable.channel
        and suppressed.rank < usable.rank
where
    suppressed.is_suppressed
    and not usable.is_suppressed
