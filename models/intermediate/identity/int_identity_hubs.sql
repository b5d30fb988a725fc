-- One row per identifier that more CRM records share than one person can have.
with identifiers as (
    {%- for id_type, most_records in covey.setting('covey_identity_max_records').items() %}
    select
        '{{ id_type }}' as id_type,
        {{ covey.identity_node("'" ~ id_type ~ "'", id_type) }} as hub_node,
        {{ most_records }} as most_records,
        customer_id,
        source_system
    from {{ ref('stg_customers') }}
    where {{ id_type }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        id_type,
        hub_node,
        most_records,
        count(*) as record_count
    from identifiers
    group by id_type, hub_node, most_records
    having count(*) > most_records
)

select * from final
