{#- CTEs, the last of them trigger_matches: where the pattern of a rule held, with what cancelled it. The
    one place where it is written what a rule means; docs/triggers.md says it in words. Only matches that
    fire from `from_at` on and before `to_at` are made; without them all.

    Needs `with recursive`. Nothing here looks further than a stream could: for each rule, customer and subject it takes the last
    `threshold` start events and whether they lay within the window, the matches whose delay runs, and
    those that have fired and not expired. -#}
{% macro trigger_matches(from_at=none, to_at=none) -%}
{#- Named wherever it is read: as a CTE it would be copied into memory first. -#}
{%- set events = ref('int_trigger_events').render() ~ ' as' -%}
{%- set in_order = 'partition by trigger_id, customer_key, subject_key order by occurred_at, event_id' -%}
{%- set same_group -%}
            {{ '' }}start_events.trigger_id = active_groups.trigger_id
            and start_events.customer_key = active_groups.customer_key
            and start_events.subject_key = active_groups.subject_key
{%- endset -%}
rules as (
    select *
    from {{ ref('int_trigger_rules') }}
),

rule_events as (
    select *
    from {{ ref('int_trigger_rule_events') }}
),

clock as (
    select {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }} as now_at
    from {{ ref('int_as_of') }}
),

start_events as (
    select
        rules.trigger_id,
        events.customer_key,
        -- Events that do not say what they are about are about one and the same.
        coalesce({{ covey.trigger_subject('rules.subject_type', 'events') }}, '') as subject_key,
        events.event_id,
        events.occurred_at,
        events.known_at,
        -- Without a cadence nothing falls due.
        {{ dbt.dateadd(
            'second',
            "cast(
            case
                when rules.delay_cadences is null then rules.delay_seconds
                else round(
                    rules.delay_cadences * 86400
                    * case rules.subject_type
                        when 'product' then events.product_cadence_days
                        when 'category' then events.category_cadence_days
                        else events.customer_cadence_days
                    end
                )
            end as " ~ dbt.type_bigint() ~ ")",
            'events.occurred_at'
        ) }} as due_at
    from {{ events }} events
    inner join rule_events
        on
            events.event_kind = rule_events.event_kind
            and rule_events.event_role = 'start'
    inner join rules
        on rule_events.trigger_id = rules.trigger_id
),

{% if from_at -%}
-- A match of which an event is known late fires when it is known.
active_groups as (
    select distinct
        trigger_id,
        customer_key,
        subject_key
    from start_events
    where
        (due_at >= {{ from_at }} and due_at < {{ to_at }})
        or (known_at >= {{ from_at }} and known_at < {{ to_at }})
),

active_events as (
    select start_events.*
    from start_events
    inner join active_groups
        on
{{ same_group }}
),

{% endif -%}
numbered as (
    select
        *,
        row_number() over ({{ in_order }}) as event_number,
        lag(occurred_at) over ({{ in_order }}) as previous_at,
        lead(occurred_at) over ({{ in_order }}) as next_at,
        lead(known_at) over ({{ in_order }}) as next_known_at
    from {{ 'active_events' if from_at else 'start_events' }}
),

-- The events that may complete a threshold: enough came before, the last of them within the window.
countable as (
    select
        numbered.*,
        rules.window_seconds
    from numbered
    inner join rules
        on
            numbered.trigger_id = rules.trigger_id
            and rules.threshold > 1
            and numbered.event_number >= rules.threshold
    where
        rules.window_seconds is null
        or numbered.occurred_at
        <= {{ dbt.dateadd('second', 'rules.window_seconds', 'numbered.previous_at') }}
),

-- For each start event that a threshold counts: how far it lies back.
places as (
    select
        trigger_id,
        threshold,
        0 as place
    from rules
    where threshold > 1
    union all
    select
        trigger_id,
        threshold,
        place + 1 as place
    from places
    where place + 1 < threshold
),

spans as (
    select
        countable.trigger_id,
        countable.customer_key,
        countable.subject_key,
        countable.event_number,
        min(counted.occurred_at) as first_at,
        max(counted.known_at) as last_known_at
    from countable
    inner join places
        on countable.trigger_id = places.trigger_id
    inner join numbered as counted
        on
            countable.trigger_id = counted.trigger_id
            and countable.customer_key = counted.customer_key
            and countable.subject_key = counted.subject_key
            and countable.event_number - places.place = counted.event_number
    group by
        countable.trigger_id,
        countable.customer_key,
        countable.subject_key,
        countable.event_number
),

complete_spans as (
    select
        countable.*,
        spans.first_at,
        spans.last_known_at
    from countable
    inner join spans
        on
            countable.trigger_id = spans.trigger_id
            and countable.customer_key = spans.customer_key
            and countable.subject_key = spans.subject_key
            and countable.event_number = spans.event_number
    where
        countable.window_seconds is null
        or countable.occurred_at
        <= {{ dbt.dateadd('second', 'countable.window_seconds', 'spans.first_at') }}
),

{%- set columns = [
    'trigger_id', 'customer_key', 'subject_key', 'event_id', 'occurred_at', 'due_at', 'previous_at',
    'next_at', 'next_known_at', 'first_at', 'known_at', 'was_complete',
] %}
{%- set of_one_event = {
    'first_at': 'numbered.occurred_at', 'was_complete': 'numbered.event_number > 1',
} %}
{%- set of_several = {
    'known_at': 'last_known_at',
    'was_complete': 'coalesce(event_number - lag(event_number) over (' ~ in_order ~ ') = 1, false)',
} %}

completed as (
    select
        {%- for column in columns %}
        {{ of_one_event.get(column, 'numbered.' ~ column) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from numbered
    inner join rules
        on
            numbered.trigger_id = rules.trigger_id
            and rules.threshold = 1
    union all
    select
        {%- for column in columns %}
        {{ of_several.get(column, column) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from complete_spans
),

dated as (
    select
        completed.*,
        greatest(completed.due_at, completed.known_at) as triggered_at
    from completed
    where completed.due_at is not null
),

candidates as (
    select
        dated.*,
        rules.subject_type,
        rules.scope,
        rules.cool_down_by,
        rules.least_discount_share,
        rules.priority,
        rules.cool_down_seconds,
        {{ dbt.dateadd('second', 'rules.expires_after_seconds', 'dated.triggered_at') }} as expires_at
    from dated
    inner join rules
        on dated.trigger_id = rules.trigger_id
    cross join clock
    where
        dated.triggered_at < clock.now_at
        {%- if from_at %}
        and dated.triggered_at >= {{ from_at }}
        and dated.triggered_at < {{ to_at }}
        {%- endif %}
        -- More than so long after the one before; without one, nobody was away.
        and (
            rules.absence_seconds is null
            or dated.occurred_at
            > {{ dbt.dateadd('second', 'rules.absence_seconds', 'dated.previous_at') }}
        )
        and case
            when rules.anchor = 'last'
                -- What is taken out here below as well, and for fewer events.
                then
                    dated.next_at is null
                    or dated.next_at > dated.due_at
                    or dated.next_known_at > dated.triggered_at
            -- One match for as long as the pattern goes on.
            else not (
                dated.was_complete
                and (
                    rules.window_seconds is null
                    or dated.occurred_at
                    <= {{ dbt.dateadd('second', 'rules.window_seconds', 'dated.previous_at') }}
                )
            )
        end
),

{%- set about_the_same -%}
            (
                candidates.subject_key = ''
                or coalesce(
                    {{ covey.trigger_subject('candidates.subject_type', 'events') | indent(16) }},
                    candidates.subject_key
                ) = candidates.subject_key
            )
            -- At one second another kind of event comes after the start event, one of the same kinds
            -- by its id.
            and (
                not rule_events.is_start_kind
                or events.occurred_at > candidates.occurred_at
                or (
                    events.occurred_at = candidates.occurred_at
                    and events.event_id > candidates.event_id
                )
            )
{%- endset %}

-- What must not happen and did, from the first event that counts to the end of the delay.
preventions as (
    select
        candidates.trigger_id,
        candidates.customer_key,
        candidates.subject_key,
        candidates.event_id,
        events.event_kind,
        candidates.triggered_at,
        min(events.known_at) as known_at
    from candidates
    inner join rule_events
        on
            candidates.trigger_id = rule_events.trigger_id
            and rule_events.event_role = 'unless'
    inner join {{ events }} events
        on
            candidates.customer_key = events.customer_key
            and rule_events.event_kind = events.event_kind
            and events.occurred_at >= candidates.first_at
            and events.occurred_at <= candidates.due_at
            and {{ about_the_same }}
    group by
        candidates.trigger_id,
        candidates.customer_key,
        candidates.subject_key,
        candidates.event_id,
        events.event_kind,
        candidates.triggered_at
),

prevented as (
    select distinct
        trigger_id,
        customer_key,
        subject_key,
        event_id
    from preventions
    where known_at <= triggered_at
),

cancellations as (
    select
        trigger_id,
        customer_key,
        subject_key,
        event_id,
        event_kind || ' in time, known late' as reason,
        1 as reason_rank,
        known_at as cancelled_at
    from preventions
    where known_at > triggered_at
    union all
    select
        candidates.trigger_id,
        candidates.customer_key,
        candidates.subject_key,
        candidates.event_id,
        events.event_kind
        || case when events.occurred_at <= candidates.triggered_at then ' before' else ' after' end
        || ' it fired' as reason,
        2 as reason_rank,
        greatest(events.known_at, candidates.triggered_at) as cancelled_at
    from candidates
    inner join rule_events
        on
            candidates.trigger_id = rule_events.trigger_id
            and rule_events.event_role = 'cancel'
    inner join {{ events }} events
        on
            candidates.customer_key = events.customer_key
            and rule_events.event_kind = events.event_kind
            and events.occurred_at >= candidates.occurred_at
            and events.known_at < candidates.expires_at
            and events.occurred_at < candidates.expires_at
            and {{ about_the_same }}
),

-- When it was first known to be pointless; and why, as far as is known by now: that the pattern did not
-- hold at all comes before what happened since.
first_cancellations as (
    select
        trigger_id,
        customer_key,
        subject_key,
        event_id,
        reason,
        row_number() over (
            partition by trigger_id, customer_key, subject_key, event_id
            order by reason_rank, cancelled_at, reason
        ) as cancellation_number,
        min(cancelled_at) over (partition by trigger_id, customer_key, subject_key, event_id)
            as cancelled_at
    from cancellations
),

trigger_matches as (
    select
        {{ dbt.hash(
            "candidates.trigger_id || '|' || candidates.customer_key || '|' || candidates.subject_key"
            ~ " || '|' || candidates.event_id"
        ) }} as trigger_event_id,
        candidates.trigger_id,
        candidates.customer_key,
        candidates.subject_type,
        nullif(candidates.subject_key, '') as subject_id,
        case when candidates.cool_down_by = 'subject' then candidates.subject_key else '' end
            as cool_down_key,
        first_cancellations.reason as cancellation_reason,
        anchors.value_at_stake,
        candidates.priority,
        candidates.cool_down_seconds,
        candidates.triggered_at,
        candidates.expires_at,
        first_cancellations.cancelled_at
    from candidates
    inner join {{ events }} anchors
        on
            candidates.event_id = anchors.event_id
            and (
                candidates.least_discount_share is null
                or anchors.discount_share >= candidates.least_discount_share
            )
    left join prevented
        on
            candidates.trigger_id = prevented.trigger_id
            and candidates.customer_key = prevented.customer_key
            and candidates.subject_key = prevented.subject_key
            and candidates.event_id = prevented.event_id
    left join first_cancellations
        on
            candidates.trigger_id = first_cancellations.trigger_id
            and candidates.customer_key = first_cancellations.customer_key
            and candidates.subject_key = first_cancellations.subject_key
            and candidates.event_id = first_cancellations.event_id
            and first_cancellations.cancellation_number = 1
    where
        prevented.event_id is null
        and (
            candidates.scope is null
            or exists (
                select 1
                from {{ ref('int_trigger_scopes') }} as scopes
                where
                    candidates.customer_key = scopes.customer_key
                    and '|' || candidates.scope || '|' like '%|' || scopes.scope || '|%'
                    and (
                        scopes.valid_from_at is null
                        or candidates.triggered_at >= scopes.valid_from_at
                    )
                    and (
                        scopes.valid_to_at is null
                        or candidates.triggered_at < scopes.valid_to_at
                    )
            )
        )
)
{%- endmacro %}
