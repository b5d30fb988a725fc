{#- Names of columns that stand beside the features in a model, so that no feature can have them. -#}
{% macro reserved_names() %}
    {{ return(covey.group_names() + [
        'customer_key', 'as_of_date', 'sample_position', 'segmentation', 'model_id', 'variance',
        'outlier_distance', 'squared_norm', 'indicator_squared_norm',
    ]) }}
{% endmacro %}
