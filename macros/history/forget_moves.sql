{#- Deletes from the log of moves those that int_segment_stays does not hold, or not any more. -#}
{% macro forget_moves() -%}
    delete from {{ this }} as moves
    where not exists (
        select 1
        from {{ ref('int_segment_stays') }} as stays
        where
            stays.segmentation = moves.segmentation
            and stays.customer_key = moves.customer_key
            and stays.valid_from = moves.valid_from
            and stays.segment_id = moves.segment_id
            and stays.previous_segment_id = moves.previous_segment_id
    )
{%- endmacro %}
