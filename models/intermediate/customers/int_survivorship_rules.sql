-- One row per attribute of a customer: the rule that its value survives by.
with attributes as (
    {%- for attribute in covey.customer_attributes() %}
    select '{{ attribute }}' as attribute
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

survivorship_rules as (
    select
        attribute,
        rule,
        tie_rule,
        survives_with
    from {{ covey.edited_table('survivorship_rules') }}
),

grouped as (
    select
        attributes.attribute,
        coalesce(survivorship_rules.survives_with, attributes.attribute) as attribute_group
    from attributes
    left join survivorship_rules
        on attributes.attribute = survivorship_rules.attribute
),

final as (
    select
        grouped.attribute,
        grouped.attribute_group,
        -- An attribute that the seed does not name survives from the latest record that has it.
        coalesce(survivorship_rules.rule, 'most_recent') as rule,
        coalesce(survivorship_rules.tie_rule, 'most_recent') as tie_rule
    from grouped
    left join survivorship_rules
        on grouped.attribute_group = survivorship_rules.attribute
)

select * from final
