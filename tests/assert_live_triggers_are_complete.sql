-- Whatever should be acted on now by the rules is in customer_triggers. If not, the batches did not
-- reach back to the data: build with --full-refresh, --event-time-start or a longer lookback.
with recursive horizon as (
    select
        {{ dbt.dateadd(
            'day', 1, 'cast(as_of.as_of_date as ' ~ dbt.type_timestamp() ~ ')'
        ) }} as to_at,
        {{ dbt.dateadd(
            'second', '86400 - max(rules.expires_after_seconds)',
            'cast(as_of.as_of_date as ' ~ dbt.type_timestamp() ~ ')'
        ) }} as from_at
    from {{ ref('int_as_of') }} as as_of
    cross join {{ ref('int_trigger_rules') }} as rules
    group by as_of.as_of_date
),

{{ covey.trigger_matches(
    '(select horizon.from_at from horizon)', '(select horizon.to_at from horizon)'
) }},

final as (
    select trigger_matches.*
    from trigger_matches
    cross join horizon
    left join {{ ref('customer_triggers') }} as customer_triggers
        on trigger_matches.trigger_event_id = customer_triggers.trigger_event_id
    where
        customer_triggers.trigger_event_id is null
        and trigger_matches.cancelled_at is null
        and trigger_matches.expires_at > horizon.to_at
)

select * from final
