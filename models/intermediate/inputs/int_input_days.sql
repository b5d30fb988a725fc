-- One row per day of an input of orders, events or messages, with a text that differs when what
-- staging keeps of the day differs: because rows came, went or changed, or are read in another way.
{%- set inputs = ['orders', 'web_events', 'messages', 'offline_events'] %}
with rows_hashed as (
    {%- for input in inputs %}
    select
        '{{ input }}' as input,
        {{ covey.happened_at(input) }} as happened_at,
        1 as kept_row_count,
        row_hash,
        null as verdict_hash
    from {{ ref('base_' ~ input) }}
    union all
    -- A row can change its verdict and stay as it is: another day has a newer version of it.
    select
        '{{ input }}' as input,
        {{ covey.happened_at(input) }} as happened_at,
        case when row_status = 'kept' then 0 else -1 end as kept_row_count,
        null as row_hash,
        {{ covey.row_hash(['record_key', 'row_status']) }} as verdict_hash
    from {{ ref('exceptions_' ~ input) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

days as (
    select
        input,
        cast(happened_at as date) as activity_date,
        cast(sum(kept_row_count) as {{ dbt.type_bigint() }}) as kept_row_count,
        cast(count(row_hash) as {{ dbt.type_string() }}) as row_count,
        cast(sum(row_hash) as {{ dbt.type_string() }}) as row_hash,
        cast(sum(verdict_hash) as {{ dbt.type_string() }}) as verdict_hash
    from rows_hashed
    where happened_at is not null
    group by input, cast(happened_at as date)
),

-- What else stg_web_events reads.
event_taxonomy as (
    select
        cast(
            sum({{ covey.row_hash(['source_event_name', 'event_name']) }})
            as {{ dbt.type_string() }}
        ) as taxonomy_hash
    from {{ ref('event_taxonomy') }}
),

final as (
    select
        days.input,
        days.kept_row_count,
        case days.input
            {%- for input in inputs %}
            {%- set staged = covey.staged_web_events() if input == 'web_events'
                else covey.kept_rows(input) %}
            when '{{ input }}' then '{{ local_md5(covey.typed_input(input) ~ staged) }}'
            {%- endfor %}
        end
        || ' ' || days.row_count
        || ' ' || coalesce(days.row_hash, '')
        || ' ' || coalesce(days.verdict_hash, '')
        || case
            when days.input = 'web_events'
                then ' ' || coalesce(event_taxonomy.taxonomy_hash, '')
            else ''
        end as day_version,
        days.activity_date
    from days
    cross join event_taxonomy
)

select * from final
