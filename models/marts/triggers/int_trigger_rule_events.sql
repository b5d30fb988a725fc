-- One row per trigger rule, kind of event and role that the kind plays in the rule.
{%- set roles = {'start': 'start_events', 'unless': 'unless_events', 'cancel': 'cancel_events'} %}
with rules as (
    select
        trigger_id,
        anchor,
        {{ roles.values() | join(',\n        ') }}
    from {{ ref('int_trigger_rules') }}
),

event_kinds as (
    select event_name as event_kind
    from {{ ref('event_taxonomy') }}
    {%- for kind in covey.trigger_event_kinds() %}
    union distinct
    select '{{ kind }}' as event_kind
    {%- endfor %}
),

listed as (
    {%- for role, column in roles.items() %}
    select
        rules.trigger_id,
        '{{ role }}' as event_role,
        event_kinds.event_kind
    from rules
    inner join event_kinds
        on '|' || rules.{{ column }} || '|' like '%|' || event_kinds.event_kind || '|%'
    union distinct
    {%- endfor %}
    -- Where the last start event counts, one more within the delay starts the delay anew.
    select
        rules.trigger_id,
        'unless' as event_role,
        event_kinds.event_kind
    from rules
    inner join event_kinds
        on '|' || rules.start_events || '|' like '%|' || event_kinds.event_kind || '|%'
    where rules.anchor = 'last'
),

final as (
    select
        listed.trigger_id,
        listed.event_role,
        listed.event_kind,
        '|' || rules.start_events || '|' like '%|' || listed.event_kind || '|%' as is_start_kind
    from listed
    inner join rules
        on listed.trigger_id = rules.trigger_id
)

select * from final
