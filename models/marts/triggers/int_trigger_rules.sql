-- One row per trigger rule that is switched on, its times in seconds.
{{ covey.check_trigger_rules() }}
{%- set times = {
    'window_hours': 3600, 'absence_days': 86400, 'delay_hours': 3600, 'cool_down_days': 86400,
    'expires_after_days': 86400,
} %}
with trigger_rules as (
    select *
    from {{ covey.edited_table('trigger_rules') }}
    where is_enabled
),

final as (
    select
        trigger_id,
        trigger_name,
        start_events,
        unless_events,
        cancel_events,
        subject_type,
        anchor,
        cool_down_by,
        scope,
        threshold,
        cast(least_discount_share as {{ covey.type_double() }}) as least_discount_share,
        cast(delay_cadences as {{ covey.type_double() }}) as delay_cadences,
        {%- for column, seconds in times.items() %}
        cast(round({{ column }} * {{ seconds }}) as {{ dbt.type_bigint() }})
            as {{ column | replace('hours', 'seconds') | replace('days', 'seconds') }},
        {%- endfor %}
        cast(priority as {{ dbt.type_bigint() }}) as priority
    from trigger_rules
)

select * from final
