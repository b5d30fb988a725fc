{#- What of the relation `customers` has not been scored by the same model with the same features: a
    CTE of a table that is built incrementally, `customers_to_score`. -#}
{% macro unscored(customers) -%}
customers_to_score as (
    select {{ customers }}.*
    from {{ customers }}
    {%- if is_incremental() %}
    left join {{ this }} as customers_scored
        on
            {{ covey.same_part(customers, 'customers_scored') }}
            and {{ customers }}.customer_key = customers_scored.customer_key
            and {{ customers }}.model_id = customers_scored.model_id
            and {{ customers }}.features_hash = customers_scored.features_hash
    where customers_scored.customer_key is null
    {%- endif %}
)
{%- endmacro %}
