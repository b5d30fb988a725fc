-- One row per customer and attribute with a value: the CRM record whose value survives.
{%- set record_order = 'partition by customer_key order by' %}
with records as (
    select
        *,
        count(*) over (partition by customer_key) as customer_record_count,
        {{ covey.source_trust('source_system') }} as source_trust,
        dense_rank() over ({{ record_order }} last_updated_at nulls first) as recency,
        dense_rank() over ({{ record_order }} created_at desc nulls first) as seniority,
        row_number() over (
            {{ record_order }} last_updated_at nulls first, source_system, customer_id
        ) as record_number
    from {{ ref('int_customer_records') }}
),

-- Compared in lower case: a capital letter makes no other value.
compared_values as (
    select
        records.customer_key,
        records.customer_record_count,
        records.record_number,
        int_survivorship_rules.attribute,
        int_survivorship_rules.attribute_group,
        int_survivorship_rules.rule,
        int_survivorship_rules.tie_rule,
        lower(
            {{ covey.attribute_text('int_survivorship_rules.attribute', 'records') }}
        ) as value_text
    from records
    cross join {{ ref('int_survivorship_rules') }} as int_survivorship_rules
),

known_values as (
    select *
    from compared_values
    where value_text is not null
),

-- Most customers have one record, in which everything survives.
contested_values as (
    select *
    from known_values
    where customer_record_count > 1
),

value_counts as (
    select
        customer_key,
        attribute,
        count(*) as record_count,
        count(distinct value_text) as distinct_value_count
    from contested_values
    group by customer_key, attribute
),

-- What a record says of a group of attributes that survive together, mostly a group of one.
claims as (
    select
        customer_key,
        record_number,
        attribute_group,
        rule,
        tie_rule,
        max(case when attribute = attribute_group then value_text end) as leading_value,
        count(*) as known_part_count
    from contested_values
    group by customer_key, record_number, attribute_group, rule, tie_rule
),

scored_claims as (
    select
        claims.*,
        records.source_system,
        records.customer_id,
        records.last_updated_at,
        records.source_trust,
        records.recency,
        records.seniority,
        coalesce(length(claims.leading_value), 0) as value_length,
        count(*) over (
            partition by claims.customer_key, claims.attribute_group, claims.leading_value
        ) as agreeing_record_count
    from claims
    inner join records
        on
            claims.customer_key = records.customer_key
            and claims.record_number = records.record_number
),

ranked_claims as (
    select
        *,
        row_number() over (
            partition by customer_key, attribute_group
            order by
                -- Who knows the leading attribute goes first; where nobody does, who knows most.
                case when leading_value is null then 1 else 0 end,
                case when leading_value is null then known_part_count else 0 end desc,
                {{ covey.survivorship_score('rule') }} desc,
                {{ covey.survivorship_score('tie_rule') }} desc,
                record_number desc
        ) as survivor_rank
    from scored_claims
),

final as (
    select
        contested_values.customer_key,
        contested_values.attribute,
        contested_values.attribute_group,
        contested_values.rule,
        ranked_claims.source_system,
        ranked_claims.customer_id,
        value_counts.record_count,
        value_counts.distinct_value_count,
        ranked_claims.last_updated_at
    from ranked_claims
    inner join contested_values
        on
            ranked_claims.customer_key = contested_values.customer_key
            and ranked_claims.record_number = contested_values.record_number
            and ranked_claims.attribute_group = contested_values.attribute_group
    inner join value_counts
        on
            contested_values.customer_key = value_counts.customer_key
            and contested_values.attribute = value_counts.attribute
    where ranked_claims.survivor_rank = 1
    union all
    select
        known_values.customer_key,
        known_values.attribute,
        known_values.attribute_group,
        known_values.rule,
        records.source_system,
        records.customer_id,
        1 as record_count,
        1 as distinct_value_count,
        records.last_updated_at
    from known_values
    inner join records
        on known_values.customer_key = records.customer_key
    where known_values.customer_record_count = 1
)

select * from final
