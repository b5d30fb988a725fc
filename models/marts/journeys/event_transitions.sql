-- One row per kind of event and kind that comes right after it in a session, or its end.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

-- Sessions with the same path are counted, not looked at one by one.
paths_taken as (
    select
        sessions.path_hash,
        count(*) as session_count
    from {{ ref('int_sessions') }} as sessions
    cross join as_of
    where
        not sessions.is_bot
        and sessions.session_date > as_of.window_start_date
        and sessions.session_date <= as_of.as_of_date
    group by sessions.path_hash
),

steps as (
    select
        steps.path_hash,
        steps.previous_event_name,
        steps.event_name,
        paths_taken.session_count
    from {{ ref('int_path_steps') }} as steps
    inner join paths_taken
        on steps.path_hash = paths_taken.path_hash
),

steps_of_paths as (
    select
        previous_event_name,
        event_name,
        sum(session_count) as transition_count,
        max(session_count) as session_count
    from steps
    where previous_event_name is not null
    group by previous_event_name, event_name, path_hash
),

followed_steps as (
    select
        previous_event_name as from_event,
        event_name as to_event,
        sum(transition_count) as transition_count,
        sum(session_count) as session_count
    from steps_of_paths
    group by previous_event_name, event_name
),

events_counted as (
    select
        event_name as from_event,
        sum(session_count) as event_count
    from steps
    group by event_name
),

follows_counted as (
    select
        from_event,
        sum(transition_count) as transition_count
    from followed_steps
    group by from_event
),

-- What nothing followed was the end, of one session each.
last_steps as (
    select
        events_counted.from_event,
        '(end)' as to_event,
        events_counted.event_count - coalesce(follows_counted.transition_count, 0)
            as transition_count,
        events_counted.event_count - coalesce(follows_counted.transition_count, 0)
            as session_count
    from events_counted
    left join follows_counted
        on events_counted.from_event = follows_counted.from_event
),

steps_counted as (
    select *
    from followed_steps
    union all
    select *
    from last_steps
    where transition_count > 0
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
