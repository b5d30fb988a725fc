-- Each row of survivorship_rules names an attribute, and a rule or an attribute to survive with.
{%- set attributes = covey.customer_attributes() %}
{%- set rules = covey.survivorship_rule_names() %}
with judged as (
    select
        survivorship_rules.attribute,
        survivorship_rules.rule,
        survivorship_rules.tie_rule,
        survivorship_rules.survives_with,
        case
            when not {{ covey.is_one_of('survivorship_rules.attribute', attributes) }}
                then 'no such attribute'
            when survivorship_rules.survives_with is null and survivorship_rules.rule is null
                then 'neither a rule nor an attribute to survive with'
            when
                survivorship_rules.survives_with is not null
                and coalesce(survivorship_rules.rule, survivorship_rules.tie_rule) is not null
                then 'a rule beside an attribute to survive with, which has its own'
            when survivorship_rules.survives_with is not null and leaders.attribute is null
                then 'the attribute to survive with has no rule of its own'
            when
                not {{ covey.is_one_of('survivorship_rules.rule', rules) }}
                or not {{ covey.is_one_of('survivorship_rules.tie_rule', rules) }}
                then 'no such rule'
        end as problem
    from {{ ref('survivorship_rules') }} as survivorship_rules
    left join {{ ref('survivorship_rules') }} as leaders
        on
            survivorship_rules.survives_with = leaders.attribute
            and leaders.rule is not null
)

select *
from judged
where problem is not null
