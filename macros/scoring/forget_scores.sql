{#- Deletes from the table that was built the scores of customers who left and of models that are no
    longer in use: to be called after it was built. -#}
{% macro forget_scores() -%}
    {%- if is_incremental() %}
    delete from {{ this }}
    where
        not exists (
            select 1
            from {{ ref('feature_matrix') }} as feature_matrix
            where feature_matrix.customer_key = {{ this }}.customer_key
        )
        or not exists (
            select 1
            from {{ ref('segment_model_parameters') }} as parameters
            where
                parameters.model_id = {{ this }}.model_id
                and parameters.part = {{ this }}.part
                and parameters.segmentation = {{ this }}.segmentation
        )
    {%- endif %}
{%- endmacro %}
