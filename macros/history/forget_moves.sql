{#- Deletes from the log of moves those that int_segment_stays does not hold, or not any more. -#}
{% macro forget_moves() -%}
    delete from {{ this }}
    where not exists (
        select 1
        from {{ ref('int_segment_stays') }} as stays
        where
            stays.segmentation = {{ this.identifier }}.segmentation
            and stays.customer_key = {{ this.identifier }}.customer_key
            and stays.valid_from = {{ this.identifier }}.valid_from
            and stays.segment_id = {{ this.identifier }}.segment_id
            and stays.previous_segment_id = {{ this.identifier }}.previous_segment_id
    )
{%- endmacro %}
