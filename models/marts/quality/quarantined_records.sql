-- One row per input row that was not accepted.
with quarantined as (
    {%- for input in covey.input_names() %}
    select
        '{{ input }}' as input,
        reason,
        source_row
    from {{ ref('exceptions_' ~ input) }}
    where row_status = 'quarantined'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

seen_before as (
    {{ covey.previous_rows(['input', 'reason', 'source_row'], 'min', 'first_seen_date', 'date') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

final as (
    select
        quarantined.input,
        quarantined.reason,
        quarantined.source_row,
        coalesce(seen_before.first_seen_date, as_of.as_of_date) as first_seen_date
    from quarantined
    cross join as_of
    left join seen_before
        on
            quarantined.input = seen_before.input
            and quarantined.reason = seen_before.reason
            and quarantined.source_row = seen_before.source_row
)

select * from final
