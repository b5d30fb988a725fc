-- One row per kind of event and kind that comes right after it in a session, or its end.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

steps as (
    select
        steps.session_id,
        steps.event_name as from_event,
        coalesce(steps.second_event, '(end)') as to_event
    from {{ ref('int_session_steps') }} as steps
    cross join as_of
    where
        steps.session_date > as_of.window_start_date
        and steps.session_date <= as_of.as_of_date
),

steps_counted as (
    select
        from_event,
        to_event,
        count(*) as transition_count,
        count(distinct session_id) as session_count
    from steps
    group by from_event, to_event
),

shares as (
    select
        *,
        cast(transition_count as {{ covey.type_double() }})
        / sum(transition_count) over (partition by from_event) as probability,
        row_number() over (
            partition by from_event order by transition_count desc, to_event asc
        ) as to_rank
    from steps_counted
),

final as (
    select
        shares.from_event,
        shares.to_event,
        cast(shares.transition_count as {{ dbt.type_bigint() }}) as transition_count,
        cast(shares.session_count as {{ dbt.type_bigint() }}) as session_count,
        shares.probability,
        shares.to_rank = 1 as is_most_likely,
        as_of.as_of_date
    from shares
    cross join as_of
)

select * from final
