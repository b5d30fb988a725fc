{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='as_of_date',
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['covey_history'],
    post_hook="{{ covey.forget_history() }}"
) }}
-- One row per customer and period: the features as of the last day of the period that a run looked at.
with final as (
    select *
    from {{ ref('customer_features') }}
)

select * from final
