{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='as_of_date',
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['covey_history'],
    post_hook="{{ covey.forget_history() }}"
) }}
-- One row per customer and period: the features as of the last day of it that a run looked at.
{%- set own = covey.setting('covey_feature_models') or {} %}
{%- set own_features = own.values() | sum(start=[]) %}
with final as (
    select
        customer_key,
        rfm_segment,
        top_category,
        {%- for feature in covey.feature_names() if feature not in own_features %}
        {{ feature }},
        {%- endfor %}
        recency_score,
        frequency_score,
        monetary_score,
        rfm_score,
        as_of_date
    from {{ ref('customer_features') }}
)

select * from final
