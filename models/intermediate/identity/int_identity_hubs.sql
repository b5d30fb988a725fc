-- One row per identifier that is set aside: more customers share it than one person can have, or
-- people of different names do.
with pairs as (
    select
        node_a,
        node_b
    from {{ ref('int_identity_pairs') }}
    where node_a <> node_b
),

names as (
    select
        {{ covey.identity_node("'customer_id'", 'customer_id', 'source_system') }} as customer_node,
        lower({{ covey.without_accents('substr(first_name, 1, 1)') }}) as initial
    from {{ ref('stg_customers') }}
),

-- A pair has no direction: look both ways.
neighbours as (
    select
        node_a as node,
        node_b as customer_node
    from pairs
    union all
    select
        node_b as node,
        node_a as customer_node
    from pairs
),

shared as (
    select
        neighbours.node,
        {{ dbt.split_part('neighbours.node', "':'", 1) }} as id_type,
        count(distinct neighbours.customer_node) as customer_count,
        -- A first name that begins differently is another person's; a typing error rarely does.
        count(distinct names.initial) as initial_count
    from neighbours
    left join names
        on neighbours.customer_node = names.customer_node
    where {{ dbt.split_part('neighbours.customer_node', "':'", 1) }} = 'customer_id'
    group by neighbours.node
),

limited as (
    select
        *,
        case id_type
            {%- for id_type, most_records in covey.setting('covey_identity_max_records').items() %}
            when '{{ id_type }}' then {{ most_records }}
            {%- endfor %}
        end as most_customers
    from shared
),

final as (
    select
        node as hub_node,
        id_type,
        case
            when customer_count > most_customers then 'too many customers'
            else 'different people'
        end as reason,
        customer_count,
        most_customers,
        initial_count
    from limited
    where
        customer_count > most_customers
        or (most_customers is not null and initial_count > 1)
)

select * from final
