{#- Deletes from the table that was built the scores of customers who left, and of models that are no
    longer in use or that Python applies now: to be called after it was built. -#}
{% macro forget_scores() -%}
    {%- if is_incremental() %}
    delete from {{ this }}
    where
        customer_key not in (select customer_key from {{ ref('feature_matrix') }})
        or model_id not in (select model_id from {{ ref('segment_model_parameters') }})
        or model_id in (select model_id from {{ ref('assign_customers') }})
    {%- endif %}
{%- endmacro %}
